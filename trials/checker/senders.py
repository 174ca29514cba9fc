"""Random command records: valid ones of every shape, and poison of every kind."""

import random
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

Item: TypeAlias = dict[str, Any]

SECRET: Final = "never-to-be-read"  # noqa: S105 - marks what must not leave the command table
"""Part of every device token and payload."""

_USERS: Final = ("anna", "ben", "用戶🙂", "d" * 2048)
_VALID_KEYS: Final = (
    *((f"transaction-{number}", "1577836800123") for number in range(6)),
    *((f"transaction-{number}", str(1577836900 + number)) for number in range(6)),
    *((f"交易-{number}", str(1577837000000 + number)) for number in range(3)),
    ("t" * 1010, "1577836800000"),
    ("#", "0"),
)
_POISON_KEYS: Final = (
    ("transaction-0", "99999999999"),
    ("transaction-1", "-5"),
    ("transaction-2", "1577836800.5"),
    ("transaction-3", "1577836800123456"),
    ("t" * 1011, "1577836800000"),
)
KEYS: Final = frozenset({*_VALID_KEYS, *_POISON_KEYS})
"""All keys: no two records of one transaction have the same instant in different units."""

_STATUSES: Final = ("SENT", "delivered", "Failed", "FAILED", "BOUNCED", " SENT")
_PLATFORMS: Final = ("IOS", "android", "WebPush", "HUAWEI")
_POISON_USERS: Final[tuple[Item, ...]] = (
    {"S": ""},
    {"S": "u" * 2049},
    {"N": "7"},
    {"NULL": True},
    {"SS": ["anna"]},
    {"M": {"id": {"S": "anna"}}},
    {"B": "YW5uYQ=="},
)
_OTHER_TYPES: Final[tuple[Item, ...]] = (
    {"S": ""},
    {"N": "12.50"},
    {"BOOL": True},
    {"BOOL": False},
    {"NULL": True},
    {"B": "AAEC"},
    {"SS": ["a", "b"]},
    {"NS": ["1", "2"]},
    {"M": {"reason": {"S": 'it said "no"\n'}, "code": {"N": "410"}, "at": {"NULL": True}}},
    {"M": {}},
    {"L": [{"S": "用戶"}, {"M": {"b": {"BOOL": True}, "a": {"B": "AA=="}}}, {"L": []}]},
)
_LONG_TEXTS: Final = ("x" * 4096, "x" * 4097, "x" * 4092 + "🙂", "用" * 1366, "é" * 2049)
_NUMBERS: Final[tuple[Item, ...]] = (
    {"N": "0"},
    {"N": "3"},
    {"N": "1577836801"},
    {"N": "1577836801500"},
    {"N": "99999999999"},
    {"N": "-1"},
    {"N": "1.5"},
    {"N": "15778368015000"},
    {"S": "3"},
    {"NULL": True},
)


class Senders:
    """Draws keys and command records."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._hot = chance.choice(_VALID_KEYS)
        self._attributes: Mapping[str, Callable[[], Item]] = {
            "notification_title": lambda: self._draw_text("a title"),
            "status": lambda: self._draw_text(*_STATUSES),
            "platform": lambda: self._draw_text(*_PLATFORMS),
            "marketing_id": lambda: self._draw_text("spring", "autumn", "m" * 2046, "m" * 2047),
            "ap_id": lambda: self._draw_text("mobile-app-001", "web-portal-001"),
            "error_msg": lambda: self._draw_text("device unregistered"),
            "sns_id": lambda: self._draw_text("arn:aws:sns:1"),
            "retry_cnt": self._draw_number,
            "send_ts": self._draw_number,
            "delivered_ts": self._draw_number,
            "failed_ts": self._draw_number,
            "device_token": lambda: {"S": f"token {SECRET}"},
            "payload": lambda: {"M": {"body": {"S": f"body {SECRET}"}}},
            "unknown": lambda: {"N": str(self._chance.randrange(10))},
        }

    def draw_key(self) -> tuple[str, str]:
        """Draw the key of a command record: transaction id and time.

        One record changes far more often than the others, for a while.
        """
        if self._is_likely(0.01):
            self._hot = self._chance.choice(_VALID_KEYS)
        if self._is_likely(0.6):
            return self._hot
        return self._chance.choice(_POISON_KEYS if self._is_likely(0.1) else _VALID_KEYS)

    def draw_user(self) -> str:
        """Draw the id of a user."""
        return self._chance.choice(_USERS)

    def create(self, key: tuple[str, str]) -> Item:
        """Create a record."""
        transaction_id, created_at = key
        item = {"transaction_id": {"S": transaction_id}, "created_at": {"N": created_at}}
        item |= {name: draw() for name, draw in self._attributes.items() if self._is_likely(0.7)}
        if self._is_likely(0.9):
            item["user_id"] = {"S": self.draw_user()}
        else:
            self._poison(item)
        return item

    def change(self, item: Item) -> Item:
        """Change a record: an attribute, its user, to poison, or all but its key."""
        changed = dict(item)
        match self._chance.randrange(10):
            case 0 | 1 | 2:
                changed["user_id"] = {"S": self.draw_user()}
            case 3 | 4:
                self._poison(changed)
            case 5:
                return self.create((item["transaction_id"]["S"], item["created_at"]["N"]))
            case _:
                name = self._chance.choice(list(self._attributes))
                changed.pop(name, None)
                if self._is_likely(0.8):
                    changed[name] = self._attributes[name]()
        return changed

    def _poison(self, item: Item) -> None:
        item.pop("user_id", None)
        if self._is_likely(0.6):
            item["user_id"] = self._chance.choice(_POISON_USERS)

    def _draw_text(self, *usual: str) -> Item:
        if self._is_likely(0.7):
            return {"S": f"{self._chance.choice(usual)}"}
        if self._is_likely(0.2):
            return {"S": self._chance.choice(_LONG_TEXTS)}
        if self._is_likely(0.5):
            return {"S": f"text {self._chance.randrange(1000)}"}
        return self._chance.choice(_OTHER_TYPES)

    def _draw_number(self) -> Item:
        return self._chance.choice(_NUMBERS)

    def _is_likely(self, probability: float) -> bool:
        return self._chance.random() < probability

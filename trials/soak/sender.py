"""Writes and deletes of command records, at random."""

import itertools
import random
from collections import Counter
from typing import TYPE_CHECKING, Final

from notification_models import CommandRecord, encode_command_record
from notification_models.schema import COMMAND_RECORDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_CREATED_AT_MS: Final = 1_704_067_200_000
_POISON: Final = 0.001
_SPARSE: Final = 0.05
_CHANGES: Final = {"create": 60, "deliver": 20, "move": 8, "delete": 8, "create again": 4}


class Sender:
    """Writes command records of its own: no two senders change the same record.

    Attributes:
        counts: changes by kind.
    """

    def __init__(self, dynamodb: "DynamoDBClient", number: int, seed: int) -> None:
        self._dynamodb = dynamodb
        self._random = random.Random(f"{seed}-{number}")  # noqa: S311 - repeatable
        self._prefix = f"tx-{number}"
        self._numbers = itertools.count()
        self._live: list[int] = []
        self._deleted: list[int] = []
        self.counts: Counter[str] = Counter()

    def change(self) -> None:
        """Make one change, of a random kind among those that are possible."""
        (kind,) = self._random.choices(list(_CHANGES), weights=list(_CHANGES.values()))
        if kind == "create again" and self._deleted:
            self._put(self._take(self._deleted), "SENT")
        elif kind == "delete" and self._live:
            self._delete(self._take(self._live))
        elif kind in {"deliver", "move"} and self._live:
            self._put(self._take(self._live), "DELIVERED" if kind == "deliver" else "SENT")
        else:
            kind = "create"
            self._put(next(self._numbers), "SENT")
        self.counts[kind] += 1

    def _take(self, numbers: list[int]) -> int:
        index = self._random.randrange(len(numbers))
        numbers[index], numbers[-1] = numbers[-1], numbers[index]
        return numbers.pop()

    def _put(self, number: int, status: str) -> None:
        record = CommandRecord(
            transaction_id=f"{self._prefix}-{number}",
            created_at=_CREATED_AT_MS + number,
            user_id=f"user-{self._random.randrange(500)}",
            notification_title="新年快樂 🎉",
            status=status,
            platform="IOS",
            marketing_id=f"campaign-{self._random.randrange(5)}",
            ap_id="mobile-app-001",
        )
        item = encode_command_record(record)
        if self._random.random() < _POISON:
            self.counts["poison"] += 1
            del item["user_id"]
        elif self._random.random() < _SPARSE:
            del item[self._random.choice(["status", "notification_title", "platform"])]
        self._dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)
        self._live.append(number)

    def _delete(self, number: int) -> None:
        self._dynamodb.delete_item(
            TableName=COMMAND_RECORDS.name,
            Key={
                "transaction_id": {"S": f"{self._prefix}-{number}"},
                "created_at": {"N": str(_CREATED_AT_MS + number)},
            },
        )
        self._deleted.append(number)

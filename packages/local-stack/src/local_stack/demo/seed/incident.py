"""An incident: for some minutes, a share of an application's notifications fails for one reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from local_stack.demo.seed.vocabulary import APPLICATIONS
from local_stack.exceptions import LocalStackError
from notification_models import CommandRecord

MINUTE_MS: Final = 60_000
_UNITS_MS: Final = {"m": MINUTE_MS, "h": 60 * MINUTE_MS, "d": 24 * 60 * MINUTE_MS}
_AGO: Final = re.compile(r"(\d{1,6})([mhd])")
_MINUTES: Final = "30"
_REQUIRED: Final = ("ap", "from", "share", "reason")
_OPTIONAL: Final = ("minutes",)


class InvalidIncidentError(LocalStackError):
    """The text of an incident is invalid.

    Attributes:
        reason: what is wrong with it, as a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{reason}. An incident is written as "
            "ap=mobile-app-002,from=2h,share=0.8,reason=Token expired,minutes=30"
        )
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """An incident of one application.

    Attributes:
        from_ms: its first millisecond since the epoch.
        minutes: its length.
        share: of the application's notifications in this time, those that fail; 0 to 1.
        reason: their `error_msg`.
    """

    ap_id: str
    from_ms: int
    minutes: int
    share: float
    reason: str

    @property
    def until_ms(self) -> int:
        """The first millisecond after it."""
        return self.from_ms + self.minutes * MINUTE_MS

    def includes(self, ap_id: str | None, created_at: int) -> bool:
        """Return whether a notification belongs to the application and the time."""
        return ap_id == self.ap_id and self.from_ms <= created_at < self.until_ms

    def explains(self, record: CommandRecord) -> bool:
        """Return whether a record, as it stays, is one of its failures."""
        return record.error_msg == self.reason and self.includes(record.ap_id, record.created_at)


def parse_incident(text: str, until_ms: int) -> Incident:
    """Parse an incident: `ap=…,from=…,share=…,reason=…[,minutes=…]`.

    Args:
        text: `from` is a time in RFC 3339 with an offset, or how long before `until_ms`: `40m`,
            `2h`, `1d`. `share` is more than 0 and at most 1. `minutes` is 30 if it is absent.
        until_ms: end of the seeded time, milliseconds since the epoch.

    Raises:
        InvalidIncidentError: a part is missing, unknown, given twice or not as described.
    """
    parts = _split(text)
    if parts["ap"] not in APPLICATIONS:
        raise InvalidIncidentError(f"ap is none of {', '.join(APPLICATIONS)}")
    if not parts["reason"]:
        raise InvalidIncidentError("reason is empty")
    return Incident(
        ap_id=parts["ap"],
        from_ms=_parse_from(parts["from"], until_ms),
        minutes=_parse_minutes(parts.get("minutes", _MINUTES)),
        share=_parse_share(parts["share"]),
        reason=parts["reason"],
    )


def _split(text: str) -> Mapping[str, str]:
    parts: dict[str, str] = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or name not in {*_REQUIRED, *_OPTIONAL}:
            names = ", ".join([*_REQUIRED, *_OPTIONAL])
            raise InvalidIncidentError(f"{part!r} is no part name=value with a name of {names}")
        if name in parts:
            raise InvalidIncidentError(f"{name} is given twice")
        parts[name] = value.strip()
    for name in _REQUIRED:
        if name not in parts:
            raise InvalidIncidentError(f"{name} is missing")
    return parts


def _parse_from(text: str, until_ms: int) -> int:
    ago = _AGO.fullmatch(text)
    if ago:
        return until_ms - int(ago[1]) * _UNITS_MS[ago[2]]
    try:
        return parse_time(text)
    except ValueError as error:
        raise InvalidIncidentError(
            "from is neither a time in RFC 3339 with an offset nor a time ago such as 40m, 2h, 1d"
        ) from error


def parse_time(text: str) -> int:
    """Parse a time in RFC 3339 to milliseconds since the epoch.

    Raises:
        ValueError: it is no such time, or it has no offset.
    """
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError("the time has no offset")
    return int(time.timestamp() * 1000)


def _parse_minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise InvalidIncidentError("minutes is no whole number of at least 1")
    return int(text)


def _parse_share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = 0
    if not 0 < share <= 1:
        raise InvalidIncidentError("share is no number of more than 0 and at most 1")
    return share

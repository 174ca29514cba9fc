"""Counts of seeded notifications, from the generator alone: what the API must answer."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from local_stack.demo.seed.incident import MINUTE_MS
from notification_models import CommandRecord

Group: TypeAlias = tuple[str | None, ...]
"""The values of the attributes that are counted by, in their order."""


def count_notifications(
    records: Iterable[CommandRecord], by: Sequence[str], time_zone: str = "UTC"
) -> Counter[Group]:
    """Count notifications by the attributes of a summary.

    Args:
        records: as they stay.
        by: some of `status`, `platform`, `ap_id`, `error_msg`, `minute`, `hour`, `day`.
        time_zone: an IANA name, in which minutes, hours and days are.

    Raises:
        KeyError: an attribute cannot be counted by.
    """
    readers = [_READERS[name] for name in by]
    return Counter(tuple(read(record, time_zone) for read in readers) for record in records)


def _read_minute(record: CommandRecord, time_zone: str) -> str:
    return _find_time(record.created_at, time_zone).isoformat(timespec="minutes")


def _read_hour(record: CommandRecord, time_zone: str) -> str:
    hour = _find_time(record.created_at, time_zone).replace(minute=0)
    return hour.isoformat(timespec="minutes")


def _read_day(record: CommandRecord, time_zone: str) -> str:
    return _find_time(record.created_at, time_zone).date().isoformat()


def _find_time(created_at: int, time_zone: str) -> datetime:
    return _find_minute(created_at // MINUTE_MS, time_zone)


@lru_cache(maxsize=100_000)
def _find_minute(minute: int, time_zone: str) -> datetime:
    return datetime.fromtimestamp(minute * MINUTE_MS / 1000, ZoneInfo(time_zone))


_READERS: Final[Mapping[str, Callable[[CommandRecord, str], str | None]]] = {
    "status": lambda record, _: record.status,
    "platform": lambda record, _: record.platform,
    "ap_id": lambda record, _: record.ap_id,
    "error_msg": lambda record, _: record.error_msg,
    "minute": _read_minute,
    "hour": _read_hour,
    "day": _read_day,
}

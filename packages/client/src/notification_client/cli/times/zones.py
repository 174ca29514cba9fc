"""Time zones: the machine's own, and the instants of its wall clock."""

import os
from bisect import bisect_left
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCALTIME: Final = Path("/etc/localtime")


class UnknownZoneError(ValueError):
    """A name is not in the IANA time zone database."""


def load_zone(name: str) -> ZoneInfo:
    """Load a time zone by its IANA name, such as Asia/Taipei.

    Raises:
        UnknownZoneError: no zone has this name.
    """
    try:
        return ZoneInfo(name)
    # The name becomes a path: a folder, a name that is too long and "../" are no zones either.
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZoneError(f"{name!r} is not a time zone") from error


def find_machine_zone(
    environment: Mapping[str, str] = os.environ, localtime: Path = _LOCALTIME
) -> ZoneInfo | None:
    """Find the zone that `TZ`, or else the link /etc/localtime, names; None if neither does."""
    name = environment.get("TZ", "").removeprefix(":")
    if not name and localtime.is_symlink():
        _, _, name = str(localtime.readlink()).rpartition("zoneinfo/")
    try:
        return load_zone(name) if name else None
    except UnknownZoneError:
        return None


def to_first_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant, in UTC, at which clocks in the zone show a wall time or later.

    Args:
        wall: without a zone.
    """
    return _to_instant(wall, zone, fold=0)


def to_last_instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the last instant at which clocks show the wall time, if they are put back over it."""
    return _to_instant(wall, zone, fold=1)


def _to_instant(wall: datetime, zone: ZoneInfo, *, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    is_shown = instant.astimezone(zone).replace(tzinfo=None) == wall
    return instant if is_shown else _find_gap_end(wall, zone)


def _find_gap_end(wall: datetime, zone: ZoneInfo) -> datetime:
    """Find the instant at which clocks are put forward over a wall time.

    Python's own choice would put 02:30, which is skipped, after 03:00.
    """
    local = wall.replace(tzinfo=zone)
    # In a gap, fold 1 has the offset of later instants, and so is the earlier instant (PEP 495).
    later_offset = local.replace(fold=1).utcoffset()
    start, end = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
    seconds = bisect_left(
        range(int((end - start).total_seconds())),
        x=True,
        key=lambda second: _get_offset(start, second, zone) == later_offset,
    )
    return start.replace(microsecond=0) + timedelta(seconds=seconds)


def _get_offset(start: datetime, second: int, zone: ZoneInfo) -> timedelta | None:
    whole = start.replace(microsecond=0)
    return (whole + timedelta(seconds=second)).astimezone(zone).utcoffset()


def format_time(
    instant: datetime, zone: ZoneInfo, timespec: Literal["minutes", "seconds"] = "seconds"
) -> str:
    """Format an instant as the zone's clocks show it.

    Where clocks are put back, the offset tells the two instants apart.
    """
    local = instant.astimezone(zone)
    is_shown_twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
    shown = local if is_shown_twice else local.replace(tzinfo=None)
    return shown.isoformat(" ", timespec)


def format_ms(
    time_ms: int, zone: ZoneInfo, timespec: Literal["minutes", "seconds"] = "seconds"
) -> str:
    """Format a time of the API, in milliseconds since the epoch."""
    return format_time(_EPOCH + timedelta(milliseconds=time_ms), zone, timespec)

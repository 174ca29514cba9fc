"""The window of time that a query searches."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from notification_client.cli.times.words import decode_period
from notification_client.cli.times.zones import format_time

# The API takes smaller numbers of milliseconds for seconds.
_EARLIEST: Final = datetime.fromtimestamp(10**8, UTC)


class EmptyWindowError(ValueError):
    """No notification can be in a window."""


@dataclass(frozen=True, slots=True)
class Window:
    """A window of time.

    Attributes:
        since: inclusive, in UTC; None for no bound.
        until: exclusive, in UTC; None for no bound.
        zone: in which its times are written.
    """

    since: datetime | None
    until: datetime | None
    zone: ZoneInfo

    def __str__(self) -> str:
        """Return it as people read it, with its zone."""
        since, until = (each and format_time(each, self.zone) for each in (self.since, self.until))
        if since and until:
            return f"from {since} to {until} ({self.zone.key})"
        if since:
            return f"since {since} ({self.zone.key})"
        if until:
            return f"before {until} ({self.zone.key})"
        return "at any time"


def create_window(
    since: str | None,
    until: str | None,
    zone: ZoneInfo,
    now: datetime,
    default: timedelta | None = None,
) -> Window:
    """Create the window that two texts mean.

    A day, or a part of one, gives both ends if it is the only text and says when to begin.

    Args:
        default: length of the window if only its end is known; None for no bound.

    Raises:
        UnknownTimeError: a text is not a time.
        EmptyWindowError: it ends before it begins, or begins in the future.
    """
    first = decode_period(since, zone, now) if since is not None else None
    last = decode_period(until, zone, now) if until is not None else None
    if first and first.is_range and not last:
        last = first
    end = last.end if last else None
    start = first.start if first else (end or now) - default if default else None
    window = Window(start, end, zone)
    _check(window, now)
    return window


def _check(window: Window, now: datetime) -> None:
    since, until = window.since, window.until
    if since and since > now:
        raise EmptyWindowError(f"{format_time(since, window.zone)} is in the future")
    for end in (since, until):
        if end and end < _EARLIEST:
            raise EmptyWindowError(f"{format_time(end, window.zone)} is before any notification")
    if since and until and since >= until:
        raise EmptyWindowError(f"the window ends before it begins: {window}")

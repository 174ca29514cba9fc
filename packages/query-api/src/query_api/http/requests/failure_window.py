"""The window of the latest failures: when it starts and ends, and its days."""

from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from notification_models.values import CREATED_AT_DIGITS, MAX_CREATED_AT_MS, is_digits
from query_api.exceptions import InvalidRequestError, RequestFault
from query_api.http.cursor import Cursor

DEFAULT_HOURS: Final = 24
MAX_DAYS: Final = 31
CLOCK_TOLERANCE_MIN: Final = 5
"""Minutes by which the clock of a sender or a caller may differ."""

_MINUTE_MS: Final = 60 * 1000
_DEFAULT_MS: Final = DEFAULT_HOURS * 60 * _MINUTE_MS
_MAX_MS: Final = MAX_DAYS * 24 * 60 * _MINUTE_MS
_TOLERANCE_MS: Final = CLOCK_TOLERANCE_MIN * _MINUTE_MS
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FailureWindow(NamedTuple):
    """A range of time, ms since the epoch; `to_ms` is exclusive."""

    from_ms: int
    to_ms: int

    @property
    def days(self) -> list[date]:
        """The UTC days that the window touches, newest first."""
        oldest, newest = _get_day(self.from_ms), _get_day(max(self.from_ms, self.to_ms - 1))
        return [newest - timedelta(days=ago) for ago in range((newest - oldest).days + 1)]


def find_window(
    created_from: int | None, created_to: int | None, cursor: Cursor | None, now_ms: int
) -> FailureWindow:
    """Find the window of a request. Now is cut to the minute, so that a cache can hit.

    Args:
        created_from: of the request; None for that of the cursor, or else the default.
        created_to: of the request; None for now, with failures whose clock was fast.
        now_ms: ms since the epoch.

    Raises:
        InvalidRequestError: the window is too long.
    """
    minute_ms = now_ms - now_ms % _MINUTE_MS
    if created_from is None and cursor is not None:
        created_from = cursor.created_from
    if created_from is None:
        created_from = max(0, (minute_ms if created_to is None else created_to) - _DEFAULT_MS)
    if created_to is None:
        to_ms, surely_past_ms = minute_ms + _MINUTE_MS + _TOLERANCE_MS, minute_ms - _TOLERANCE_MS
    else:
        to_ms = surely_past_ms = created_to
    position_ms = _find_time_ms(cursor)
    if position_ms is not None:
        # Only the rest of the window is read, so it is what counts: now moves on during a walk.
        to_ms, surely_past_ms = min(to_ms, position_ms + 1), min(surely_past_ms, position_ms)
    if surely_past_ms - created_from > _MAX_MS:
        reason = f"Input should be at most {MAX_DAYS} days before created_to, or before now"
        raise InvalidRequestError((RequestFault("/created_from", reason),))
    return FailureWindow(created_from, min(to_ms, MAX_CREATED_AT_MS))


def _find_time_ms(cursor: Cursor | None) -> int | None:
    time = cursor.position[:CREATED_AT_DIGITS] if cursor else ""
    return int(time) if is_digits(time) else None


def _get_day(time_ms: int) -> date:
    return (_EPOCH + timedelta(milliseconds=time_ms)).date()

"""The words in which people write times: `2h`, `yesterday evening`, `2026-11-24 18:00`."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from notification_client.cli.times.zones import to_first_instant, to_last_instant

EXAMPLES: Final = (
    '2h, 30m, 7d, today, yesterday, "yesterday evening", 18:00, 2026-11-24, "2026-11-24 18:00", '
    "2026-11-24T18:00:00+08:00"
)

_HOURS: Final = {
    "morning": (6, 12),
    "afternoon": (12, 18),
    "evening": (18, 24),
    "night": (22, 30),  # until 06:00 of the next day
}
_DAYS_BACK: Final = {"today": 0, "this": 0, "yesterday": 1, "last": 1}
_NEED_A_PART: Final = ("this", "last")  # `this evening` is a time, `this` is none
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

_AMOUNT: Final = r"([0-9]{1,6}) ?(m|min|mins|minutes?|h|hours?|d|days?|w|weeks?)(?![a-z])"
_AGO: Final = re.compile(rf"(?:{_AMOUNT} ?)+(?:ago)?")
_DATE: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME: Final = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]+)?)?"
_INSTANT: Final = re.compile(rf"({_DATE})[t ]({_TIME}) ?(z|[+-][0-9]{{2}}:?[0-9]{{2}})")
_DAY: Final = rf"(?P<day>{'|'.join(_DAYS_BACK)}|{_DATE})"
_PART: Final = rf"(?P<part>{'|'.join(_HOURS)})|(?P<time>[0-9]{{1,2}}:[0-9]{{2}}(:[0-9]{{2}})?)"
_WALL_TIME: Final = re.compile(rf"(?:{_DAY}(?:[t ](?=.)|$))?(?:{_PART})?")


class UnknownTimeError(ValueError):
    """A text is not a time."""


@dataclass(frozen=True, slots=True)
class Period:
    """What a text means: a moment, or a range of time.

    Attributes:
        start: in UTC.
        end: in UTC, exclusive. For a moment, the same as the start, or an hour later where clocks
            are put back and show it twice.
        is_range: the text named a day, or a part of one.
    """

    start: datetime
    end: datetime
    is_range: bool = False


def decode_period(text: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return what a text means in a zone.

    Raises:
        UnknownTimeError: it means nothing.
    """
    words = " ".join(text.lower().split())
    try:
        if period := _decode_words(words, zone, now.astimezone(UTC)):
            return period
    except (ValueError, OverflowError) as error:  # such as 2026-02-30, 25:00
        raise UnknownTimeError(f"{text!r} does not exist.\nExamples: {EXAMPLES}") from error
    raise UnknownTimeError(f"{text!r} is not a time.\nExamples: {EXAMPLES}")


def _decode_words(words: str, zone: ZoneInfo, now: datetime) -> Period | None:
    if words == "now":
        return Period(now, now)
    if _AGO.fullmatch(words):
        instant = now - _add_amounts(words)
        return Period(instant, instant)
    if found := _INSTANT.fullmatch(words):
        day, clock, offset = found.groups()
        instant = datetime.fromisoformat(f"{day}T{clock}{offset.upper()}").astimezone(UTC)
        return Period(instant, instant)
    found = _WALL_TIME.fullmatch(words)
    if not found or not words or words in _NEED_A_PART:
        return None
    return _decode_wall_time(found, zone, now.astimezone(zone).date())


def _add_amounts(words: str) -> timedelta:
    # A day is 24 hours: `1d` and `24h` are the same, on the days of a clock change too.
    amounts = re.findall(_AMOUNT, words)
    return sum((timedelta(**{_UNITS[unit[0]]: int(n)}) for n, unit in amounts), timedelta())


def _decode_wall_time(found: re.Match[str], zone: ZoneInfo, today: date) -> Period:
    name, part, clock = found["day"] or "today", found["part"], found["time"]
    if name in _DAYS_BACK:
        day = today - timedelta(days=_DAYS_BACK[name])
    else:
        day = date.fromisoformat(name)
    midnight = datetime.combine(day, time())
    if clock:
        wall = datetime.combine(day, time.fromisoformat(clock.zfill(len("00:00"))))
        return Period(to_first_instant(wall, zone), to_last_instant(wall, zone))
    start, end = _HOURS.get(part, (0, 24))
    return Period(
        to_first_instant(midnight + timedelta(hours=start), zone),
        to_first_instant(midnight + timedelta(hours=end), zone),
        is_range=True,
    )

"""Counts rows by what they share, within a bound of memory."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final
from zoneinfo import ZoneInfo

from notification_models.values import CREATED_AT_DIGITS
from query_api.read_model.port import Counts, Group, UnreadableRow

COUNTED_ATTRIBUTES: Final = ("status", "platform", "ap_id", "error_msg")
COUNTED_TIMES: Final = ("minute", "hour", "day")
COUNTED_BY: Final = frozenset({*COUNTED_ATTRIBUTES, *COUNTED_TIMES})
"""What rows can be grouped by: attributes, and parts of the time that they were created at."""

MAX_GROUPS: Final = 1000
"""Most groups in one result."""

# While rows are counted, more groups are kept than are returned, so that those are the largest. An
# `error_msg` has up to 4 KiB, and every row may have another one.
MAX_KEPT_GROUPS: Final = 4 * MAX_GROUPS
MAX_KEPT_CHARACTERS: Final = 512 * 1024
"""Of the texts of all groups that are kept."""

STEP_DIGITS: Final = 9
"""Digits of a notification key for a time in steps of 10 s; no minute of any zone begins within."""

_STEP_S: Final = 10
_MAX_STEPS: Final = 4096
_DAY_LENGTH: Final = len("2026-11-24")
_HOUR_LENGTH: Final = len("2026-11-24T18")
_MINUTE_LENGTH: Final = len("2026-11-24T18:00")


def find_time_zone(name: str) -> ZoneInfo | None:
    """Find a time zone by its IANA name, such as Asia/Taipei."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; no path; a folder, such as Asia
        return None


class TimeLabels(dict[str, str]):
    """A text for each step of time, by the first `STEP_DIGITS` of a notification key.

    Args:
        create: creates the text of a step.
    """

    def __init__(self, create: Callable[[str], str]) -> None:
        super().__init__()
        self._create = create

    def __missing__(self, step: str) -> str:
        """Create the text and keep it, as the next rows are most often of the same step."""
        if len(self) >= _MAX_STEPS:
            self.clear()
        text = self[step] = self._create(step)
        return text


def create_time_labels(zone: ZoneInfo) -> Mapping[str, TimeLabels]:
    """Create the texts of `COUNTED_TIMES` in a time zone.

    A minute and an hour keep their offset: at the end of summer time there are two hours from 1:00,
    such as `2026-11-01T01:00-04:00` and `2026-11-01T01:00-05:00`.
    """

    def create_minute(step: str) -> str:
        time = datetime.fromtimestamp(int(step) * _STEP_S, zone)
        return time.isoformat(timespec="minutes")

    def create_hour(step: str) -> str:
        minute = minutes[step]
        return f"{minute[:_HOUR_LENGTH]}:00{minute[_MINUTE_LENGTH:]}"

    minutes = TimeLabels(create_minute)
    return {
        "minute": minutes,
        "hour": TimeLabels(create_hour),
        "day": TimeLabels(lambda step: minutes[step][:_DAY_LENGTH]),
    }


class Tally:
    """The rows counted so far.

    Groups beyond the bound of memory are counted together. A group is never counted in part there:
    it is kept from its first row on, or not at all.
    """

    def __init__(self) -> None:
        self._groups: Counter[Group] = Counter()
        self._characters = 0
        self._other = 0
        self._first: str | None = None
        self._last: str | None = None
        self._unreadable: Counter[UnreadableRow] = Counter()

    def add(self, keys: Sequence[str], groups: Sequence[Group]) -> None:
        """Count rows.

        Args:
            keys: their notification keys, in descending order.
            groups: of each.
        """
        if not keys:
            return
        self._last = max(self._last or keys[0], keys[0])
        self._first = min(self._first or keys[-1], keys[-1])
        for group, count in Counter(groups).items():
            if group in self._groups or self._has_room(group):
                self._groups[group] += count
            else:
                self._other += count

    def add_unreadable(self, rows: Sequence[UnreadableRow]) -> None:
        """Count rows that are left out."""
        self._unreadable.update(rows)

    def build_counts(self, next_position: str | None, reads: int) -> Counts:
        """Return the counts with the largest groups."""
        # Two sorts, as the order is descending for counts only.
        by_value = sorted(self._groups.items(), key=_get_values)
        ordered = sorted(by_value, key=itemgetter(1), reverse=True)
        smaller = sum([count for _, count in ordered[MAX_GROUPS:]])
        return Counts(
            groups=tuple(ordered[:MAX_GROUPS]),
            other=self._other + smaller,
            counted=self._groups.total() + self._other,
            first_created_at=_find_created_at(self._first),
            last_created_at=_find_created_at(self._last),
            next_position=next_position,
            reads=reads,
            unreadable=tuple(self._unreadable.items()),
        )

    def _has_room(self, group: Group) -> bool:
        """Return whether one more group may be kept, and note its size."""
        characters = self._characters + sum([len(value) for value in group if value])
        if len(self._groups) >= MAX_KEPT_GROUPS or characters > MAX_KEPT_CHARACTERS:
            return False
        self._characters = characters
        return True


def _get_values(counted: tuple[Group, int]) -> tuple[str, ...]:
    return tuple([value or "" for value in counted[0]])


def _find_created_at(notification_key: str | None) -> int | None:
    return None if notification_key is None else int(notification_key[:CREATED_AT_DIGITS])

"""Adds the parts of a summary up."""

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from notification_client.core.responses import SummaryPart
from notification_client.records import Attribute, Group, Summary

_Key: TypeAlias = tuple[str | None, ...]


class Sum:
    """The sum of the parts added so far."""

    def __init__(self, by: Sequence[Attribute]) -> None:
        self._by: Final = tuple(by)
        self._counts: Counter[_Key] = Counter()
        self._other = 0
        self._counted = 0
        self._times: list[int] = []
        self._messages: dict[str, None] = {}  # in the order of their arrival
        self._is_complete = False

    def add(self, part: SummaryPart) -> None:
        """Add the next part."""
        for group in part.data:
            if group.other:
                self._other += group.count
            else:
                self._counts[self._get_key(group)] += group.count
        self._counted += part.counted
        times = (*self._times, part.first_created_at, part.last_created_at)
        known = [time for time in times if time is not None]
        self._times = [min(known), max(known)] if known else []
        self._messages[part.message] = None
        self._is_complete = part.next_cursor is None

    def get_summary(self) -> Summary:
        """Return the sum."""
        entries = sorted(self._counts.items(), key=_get_rank)
        first, last = self._times or (None, None)
        return Summary(
            groups=tuple(self._create_group(key, count) for key, count in entries),
            other=self._other,
            counted=self._counted,
            first_created_at=first,
            last_created_at=last,
            messages=tuple(self._messages),
            is_complete=self._is_complete,
        )

    def _get_key(self, group: Group) -> _Key:
        return tuple(getattr(group, name) for name in self._by)

    def _create_group(self, key: _Key, count: int) -> Group:
        return Group(**dict(zip(self._by, key, strict=True)), count=count)


def _get_rank(entry: tuple[_Key, int]) -> tuple[int, list[tuple[bool, str]]]:
    """Return what sorts entries: the largest first, then by their values, None before a text."""
    key, count = entry
    return -count, [(value is not None, value or "") for value in key]

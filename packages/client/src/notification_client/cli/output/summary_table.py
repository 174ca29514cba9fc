"""A summary: as a table with bars, as cells and as records."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

from notification_client.cli.output.columns import Column, Layout, Row
from notification_client.cli.output.exports import Cell
from notification_client.cli.output.printable import escape_hidden
from notification_client.cli.times.zones import format_ms, format_time
from notification_client.records import Attribute, Group, Summary

_TIMES: Final = frozenset({"minute", "hour", "day"})
_OTHERS: Final = "(others)"
_NONE: Final = "-"
_GAP: Final = "  "
_MIN_BAR_WIDTH: Final = 6
_MAX_BAR_WIDTH: Final = 30
_EIGHTHS: Final = ("", *"▏▎▍▌▋▊▉")
_FULL: Final = "█"

Count: TypeAlias = tuple[Sequence[str | None], int]
"""The values of a group, and its number of notifications."""


def get_heading(by: Sequence[Attribute], zone: ZoneInfo) -> list[str]:
    """Return the headings of `get_cells`."""
    return [*(f"{name} ({zone.key})" if name in _TIMES else name for name in by), "count"]


def get_cells(summary: Summary, by: Sequence[Attribute], zone: ZoneInfo) -> list[list[Cell]]:
    """Return the values and the count of each group, times as the zone's clocks show them."""
    return [[*values, count] for values, count in _get_counts(summary, by, zone)]


def get_records(summary: Summary, by: Sequence[Attribute]) -> list[dict[str, Any]]:
    """Return the groups as the API's objects."""
    groups = _sort_groups(summary.groups, by)
    records: list[dict[str, Any]] = [
        {**{name: getattr(group, name) for name in by}, "count": group.count} for group in groups
    ]
    return [*records, {"other": True, "count": summary.other}] if summary.other else records


def _get_counts(summary: Summary, by: Sequence[Attribute], zone: ZoneInfo) -> Iterator[Count]:
    for group in _sort_groups(summary.groups, by):
        yield [_get_value(group, name, zone) for name in by], group.count
    if summary.other:
        yield [_OTHERS, *[None] * len(by)][: len(by)], summary.other


def _sort_groups(groups: Sequence[Group], by: Sequence[Attribute]) -> Sequence[Group]:
    """Sort groups that have a time by their values; others are sorted by size already."""
    if _TIMES.isdisjoint(by):
        return groups
    return sorted(groups, key=lambda group: [getattr(group, name) or "" for name in by])


def _get_value(group: Group, name: Attribute, zone: ZoneInfo) -> str | None:
    value: str | None = getattr(group, name)
    if value is None or name not in {"minute", "hour"}:
        return value
    return format_time(datetime.fromisoformat(value), zone, "minutes")


def render_summary(
    caption: str, summary: Summary, by: Sequence[Attribute], zone: ZoneInfo, width: int
) -> str:
    """Render the groups with shares and bars, the total, and the first and last time."""
    counts = list(_get_counts(summary, by, zone)) if by else []
    rows = [_render_count(values, count, summary.counted) for values, count in counts]
    label = ["total", *[""] * len(by)][: len(by)]
    total = _render_count(label, summary.counted, summary.counted)
    columns = [
        *(Column(name, maximum=40, minimum=5) for name in by),
        Column("count", is_number=True),
        Column("share", is_number=True),
    ]
    layout = Layout(columns, [*rows, total], width - len(_GAP) - _MIN_BAR_WIDTH)
    heading, line = layout.render_heading()
    bars = _render_bars([count for _, count in counts], width - len(_GAP) - layout.width)
    lines = [
        f"{layout.render(row)}{_GAP}{bar}".rstrip() for row, bar in zip(rows, bars, strict=True)
    ]
    lines = [caption, "", heading, line, *lines, *([line] if rows else []), layout.render(total)]
    return "".join(f"{each}\n" for each in (*lines, *_render_ends(summary, zone)))


def _render_count(values: Sequence[str | None], count: int, total: int) -> Row:
    texts = (_NONE if value is None else escape_hidden(value) for value in values)
    return [*texts, f"{count:,}", _render_share(count, total)]


def _render_share(count: int, total: int) -> str:
    share = f"{count / total:.1%}" if total else _NONE
    return "<0.1%" if count and share == "0.0%" else share


def _render_bars(counts: Sequence[int], room: int) -> list[str]:
    """Render bars in proportion to the largest count; any count but 0 can be seen."""
    width = min(max(room, _MIN_BAR_WIDTH), _MAX_BAR_WIDTH)
    unit = len(_EIGHTHS)
    largest = max(counts, default=0)
    sizes = (max(1, round(count / largest * width * unit)) if count else 0 for count in counts)
    return [_FULL * (size // unit) + _EIGHTHS[size % unit] for size in sizes]


def _render_ends(summary: Summary, zone: ZoneInfo) -> list[str]:
    if summary.first_created_at is None or summary.last_created_at is None:
        return []
    ends = (format_ms(each, zone) for each in (summary.first_created_at, summary.last_created_at))
    return ["", "first {}, last {}".format(*ends) + f" ({zone.key})"]

"""Notifications as a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from notification_client.cli.output.columns import Column, Layout
from notification_client.cli.output.printable import escape_hidden
from notification_client.cli.times.zones import format_ms
from notification_client.records import Notification

Batches: TypeAlias = Iterable[Sequence[Notification]]

# The columns' widths follow from these; a page that filters thin out may have fewer.
_FIRST_ROWS: Final = 20
_NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table, and the field of a notification that it shows."""

    column: Column
    get: Callable[[Notification, ZoneInfo], str]


def _show(name: str, column: Column) -> TableColumn:
    def get(row: Notification, _zone: ZoneInfo) -> str:
        value: str | None = getattr(row, name)
        return _NONE if value is None else escape_hidden(value)

    return TableColumn(column, get)


CREATED: Final = TableColumn(
    Column("created", maximum=len("2026-11-01 01:30-04:00")),
    lambda row, zone: format_ms(row.created_at, zone, "minutes"),
)
STATUS: Final = _show("status", Column("status", maximum=12))
PLATFORM: Final = _show("platform", Column("platform", maximum=10))
AP: Final = _show("ap_id", Column("ap_id", maximum=20))
USER: Final = _show("user_id", Column("user_id", maximum=40, minimum=16))
TITLE: Final = _show("notification_title", Column("title", maximum=40, minimum=10))
ERROR: Final = _show("error_msg", Column("error", maximum=60, minimum=12))
CAMPAIGN: Final = _show("marketing_id", Column("marketing_id", maximum=40, is_optional=True))
TRANSACTION: Final = _show("transaction_id", Column("transaction_id", 40, is_optional=True))


def render_table(
    caption: str, columns: Sequence[TableColumn], batches: Batches, zone: ZoneInfo, width: int
) -> Iterator[str]:
    """Render a table, in chunks of whole lines; nothing if there is no notification."""
    layout: Layout | None = None
    for batch in _gather_first(batches):
        rows = [[each.get(row, zone) for each in columns] for row in batch]
        lines: list[str] = []
        if rows and layout is None:
            layout = Layout([each.column for each in columns], rows, width)
            lines += [caption, "", *layout.render_heading()]
        if layout:
            lines += map(layout.render, rows)
        yield "".join(f"{line}\n" for line in lines)


def _gather_first(batches: Batches) -> Iterator[Sequence[Notification]]:
    """Yield the same notifications, as many at first as decide the columns' widths."""
    first: list[Notification] = []
    rest = iter(batches)
    for batch in rest:
        first += batch
        if len(first) >= _FIRST_ROWS:
            break
    yield first
    yield from rest

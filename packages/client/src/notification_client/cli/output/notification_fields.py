"""All fields of notifications: as cells of a row, or a line for each."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Final
from zoneinfo import ZoneInfo

from rich.cells import chop_cells

from notification_client.cli.output.exports import Cell
from notification_client.cli.output.notification_table import Batches
from notification_client.cli.output.printable import escape_hidden
from notification_client.cli.times.zones import format_ms
from notification_client.records import Notification

_NAMES: Final = tuple(each.name for each in fields(Notification))
_TIMES: Final = frozenset({"created_at", "send_ts", "delivered_ts", "failed_ts"})
_LABEL_WIDTH: Final = max(map(len, _NAMES)) + 2
_MIN_VALUE_WIDTH: Final = 20


def get_heading(zone: ZoneInfo) -> list[str]:
    """Return the headings of `get_cells`."""
    return [f"{name} ({zone.key})" if name in _TIMES else name for name in _NAMES]


def get_cells(row: Notification, zone: ZoneInfo) -> list[Cell]:
    """Return all fields of a notification, its times as the zone's clocks show them."""
    values = ((name, getattr(row, name)) for name in _NAMES)
    return [
        format_ms(value, zone) if name in _TIMES and value is not None else value
        for name, value in values
    ]


def render_fields(caption: str, batches: Batches, zone: ZoneInfo, width: int) -> Iterator[str]:
    """Render each notification as lines with a field each; fields without a value are left out."""
    before = f"{caption}\n"
    for batch in batches:
        for row in batch:
            yield before + "\n" + "".join(_render_fields(row, zone, width))
            before = ""


def _render_fields(row: Notification, zone: ZoneInfo, width: int) -> Iterator[str]:
    for name, value in zip(_NAMES, get_cells(row, zone), strict=True):
        if value is None:
            continue
        text = escape_hidden(str(value))
        lines = chop_cells(text, max(width - _LABEL_WIDTH, _MIN_VALUE_WIDTH)) if text else [""]
        for label, line in zip((name, *[""] * len(lines)), lines, strict=False):
            yield f"{label:{_LABEL_WIDTH}}{line}".rstrip() + "\n"

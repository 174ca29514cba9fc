"""Exports what both tables hold of a person as lines of JSON.

The export is no snapshot: what is written meanwhile may be left out. Its last line has the counts,
so a file without it is not whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final

from msgspec.json import Encoder

from notification_models import Item
from stream_processor.operations.repair import is_live
from stream_processor.personal_data.person_tables import PersonTables

_encode: Final = Encoder(decimal_format="number").encode


@dataclass(slots=True, kw_only=True)
class ExportCounts:
    """Numbers of lines that an export has written."""

    command_records: int = 0
    rows: int = 0
    tombstones: int = 0


def export_person(
    person: PersonTables, write: Callable[[bytes], object], report: Callable[[int], object]
) -> ExportCounts:
    """Export the command records, then rows and tombstones, and return the counts.

    Args:
        write: receives each line.
        report: receives the numbers of command records read.

    Raises:
        TableReadError: DynamoDB failed.
    """
    counts = ExportCounts()
    for page in person.scan_records():
        for item in page.items:
            counts.command_records += 1
            write(_encode_line("command_record", item))
        report(page.read)
    for rows in person.read_rows():
        for item in rows:
            is_row = is_live(item)
            counts.rows += is_row
            counts.tombstones += not is_row
            write(_encode_line("row" if is_row else "tombstone", item))
    write(_encode({"kind": "end", **asdict(counts)}) + b"\n")
    return counts


def _encode_line(kind: str, item: Item) -> bytes:
    attributes = {name: decode_plain(item[name]) for name in sorted(item)}
    return _encode({"kind": kind, "item": attributes}) + b"\n"


def decode_plain(value: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value of JSON
    """Decode an attribute value as JSON has it.

    Numbers keep all their digits. Binary values stay base64, and sets become lists.
    """
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return Decimal(content)
        case "NS":
            return [Decimal(each) for each in content]
        case "NULL":
            return None
        case "L":
            return [decode_plain(each) for each in content]
        case "M":
            return {name: decode_plain(each) for name, each in content.items()}
        case _:
            return content

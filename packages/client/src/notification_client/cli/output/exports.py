"""Records as CSV, NDJSON and JSON: all of their fields, in UTF-8, as chunks of whole lines."""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import msgspec

from notification_client.cli.output.printable import escape_hidden, is_hidden

Cell: TypeAlias = str | int | None

_BYTE_ORDER_MARK: Final = "\ufeff"
# What may begin a formula, after spaces too. Where the list separator is a semicolon, a spreadsheet
# splits a cell of this file at one, and drops the quotes that follow.
_FORMULA: Final = re.compile(r"""(?:^|(?<=;))(?=[\s"]*[=+\-@＝＋－＠]|[\t\r])""")  # noqa: RUF001


def render_csv(
    heading: Sequence[str], batches: Iterable[Iterable[Sequence[Cell]]], *, has_mark: bool
) -> Iterator[str]:
    r"""Render CSV (RFC 4180), in which a row is a line and no cell runs as a formula.

    A text that could be one gets an apostrophe. Hidden characters, line ends too, are escaped.

    Args:
        has_mark: begin with a byte order mark, from which Excel knows UTF-8.

    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    yield (_BYTE_ORDER_MARK if has_mark else "") + _render_csv_rows([heading])
    for batch in batches:
        yield _render_csv_rows(batch)


def _render_csv_rows(rows: Iterable[Sequence[Cell]]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerows([_render_csv_cell(cell) for cell in row] for row in rows)
    return lines.getvalue()


def _render_csv_cell(cell: Cell) -> Cell:
    return escape_hidden(_FORMULA.sub("'", cell)) if isinstance(cell, str) else cell


def render_ndjson(batches: Iterable[Sequence[object]]) -> Iterator[str]:
    """Render a line of JSON for each record."""
    for batch in batches:
        yield "".join(f"{encode_json(record)}\n" for record in batch)


def render_json(batches: Iterable[Sequence[object]]) -> Iterator[str]:
    """Render one array of JSON; it is closed only if it holds all records."""
    before = "[\n"
    for batch in batches:
        if batch:
            yield before + ",\n".join(map(encode_json, batch))
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def encode_json(record: object) -> str:
    """Encode a record in JSON, with hidden characters escaped, as JSON allows."""
    text = msgspec.json.encode(record).decode()
    if text.isprintable():
        return text
    return "".join(json.dumps(each)[1:-1] if is_hidden(each) else each for each in text)

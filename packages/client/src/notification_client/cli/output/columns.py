"""Columns of text that fit the width of a terminal."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from rich.cells import cell_len

from notification_client.cli.output.printable import fit

_GAP: Final = "  "
_LINE: Final = "─"

Row: TypeAlias = Sequence[str]
"""The cells of a row, escaped."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        maximum: width in cells, above which values are cut.
        minimum: width to which it shrinks for the sake of others; None if it never shrinks.
        is_optional: it is only there if no other column has to shrink for it.
    """

    heading: str
    maximum: int = 24
    minimum: int | None = None
    is_optional: bool = False
    is_number: bool = False


class Layout:
    """Widths for a table's columns, made from its first rows; later ones are cut to them."""

    def __init__(self, columns: Sequence[Column], rows: Sequence[Row], width: int) -> None:
        natural = [_measure(column, index, rows) for index, column in enumerate(columns)]
        free = width - _add_up(
            size for size, column in zip(natural, columns, strict=True) if not column.is_optional
        )
        self._columns: list[tuple[int, Column, int]] = []
        for index, (column, size) in enumerate(zip(columns, natural, strict=True)):
            if column.is_optional:
                if free < size + len(_GAP):
                    continue
                free -= size + len(_GAP)
            self._columns.append((index, column, size))
        self._shrink(max(0, -free))

    def _shrink(self, excess: int) -> None:
        """Take cells from the widest columns that may shrink."""
        widths = [size for _, _, size in self._columns]
        limits = [
            size if column.minimum is None else column.minimum for _, column, size in self._columns
        ]
        for _ in range(excess):
            wide = [i for i, width in enumerate(widths) if width > limits[i]]
            if not wide:
                break
            widths[max(wide, key=widths.__getitem__)] -= 1
        self._columns = [
            (index, column, width)
            for (index, column, _), width in zip(self._columns, widths, strict=True)
        ]

    @property
    def width(self) -> int:
        """Width of a whole row."""
        return _add_up(width for _, _, width in self._columns)

    def render_heading(self) -> tuple[str, str]:
        """Render the headings, and a line to set below them."""
        headings = (_align(column.heading, column, width) for _, column, width in self._columns)
        return _join(headings), _join(_LINE * width for _, _, width in self._columns)

    def render(self, row: Row) -> str:
        """Render a row as a line, without its end."""
        return _join(_align(row[i], column, width) for i, column, width in self._columns)


def _join(cells: Iterable[str]) -> str:
    return _GAP.join(cells).rstrip()


def _measure(column: Column, index: int, rows: Sequence[Row]) -> int:
    widest = max((cell_len(row[index]) for row in rows), default=0)
    return max(cell_len(column.heading), min(widest, column.maximum))


def _add_up(widths: Iterable[int]) -> int:
    sizes = list(widths)
    return sum(sizes) + len(_GAP) * (len(sizes) - 1)


def _align(text: str, column: Column, width: int) -> str:
    fitted = fit(text, width)
    return fitted.rstrip().rjust(width) if column.is_number else fitted

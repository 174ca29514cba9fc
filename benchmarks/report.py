"""The result of a benchmark: a table to print and figures to store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a benchmark.

    Attributes:
        title: what was measured, and how.
        header: the names of the columns.
        rows: the cells of the table; rows with ratios come last.
        figures: values by name, such as `processor.records_per_s_vs_reference`.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: Mapping[str, float]

    def format(self) -> str:
        """Render the title and the table, with the first column aligned left."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.header))]
        rule = ["-" * width for width in widths]
        return "\n".join(
            [self.title, "", *(_align(line, widths) for line in [self.header, rule, *self.rows])]
        )

    def write_json(self, file: Path) -> None:
        """Add the figures to those of other benchmarks in a file."""
        kept = json.loads(file.read_text()) if file.exists() else {}
        figures = kept | {name: round(value, 4) for name, value in self.figures.items()}
        file.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")


def _align(line: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(line, widths, strict=True)
    cells = [first[0].ljust(first[1]), *(text.rjust(width) for text, width in others)]
    return "  ".join(cells).rstrip()

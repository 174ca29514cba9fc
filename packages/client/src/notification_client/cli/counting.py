"""Writes summaries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notification_client.cli.listing import Format
from notification_client.cli.output.exports import render_csv, render_json, render_ndjson
from notification_client.cli.output.summary_table import (
    get_cells,
    get_heading,
    get_records,
    render_summary,
)
from notification_client.cli.search import Remarks, Search
from notification_client.cli.surroundings import Screen, note
from notification_client.records import Attribute, Summary


@dataclass(frozen=True, slots=True)
class CountOptions:
    """How a summary is written.

    Attributes:
        has_mark: whether CSV begins with a byte order mark.
    """

    by: Sequence[Attribute]
    format: Format
    has_mark: bool


def write_summary(
    search: Search, sums: Iterator[Summary], options: CountOptions, screen: Screen
) -> None:
    """Write a summary to standard output, once its last part has arrived, and a closing note.

    Args:
        sums: the summary after each part.
    """
    progress = screen.create_progress("counting", search.window, search.now)
    with progress.shown():
        for summary in sums:
            progress.update(summary.counted, summary.first_created_at)
    output = screen.tables if options.format == "table" else screen.exports
    for lines in _render(summary, search, options, screen.width):
        output.write(lines)
    _add_notes(summary, search, options)


def _render(summary: Summary, search: Search, options: CountOptions, width: int) -> Iterator[str]:
    zone, by = search.window.zone, options.by
    if options.format == "json":
        return render_json([get_records(summary, by)])
    if options.format == "ndjson":
        return render_ndjson([get_records(summary, by)])
    if options.format == "csv":
        cells = get_cells(summary, by, zone)
        return render_csv(get_heading(by, zone), [cells], has_mark=options.has_mark)
    if not summary.counted:
        return iter(())
    return iter([render_summary(search.get_caption(by), summary, by, zone, width)])


def _add_notes(summary: Summary, search: Search, options: CountOptions) -> None:
    if options.format == "table":
        note(f"{search.describe(summary.counted)}.")
    if summary.other:
        note(
            "Note: a response holds at most 1,000 groups. (others) are in no group, or in one of "
            "those above: use fewer attributes, or a shorter time."
        )
    remarks = Remarks()
    for message in summary.messages:
        remarks.add(message)
    for remark in remarks:
        note(f"Note: {remark}.")

"""Prints the results of `export-user` and `erase-user`."""

import json
from datetime import UTC, datetime
from typing import Literal

from rich.console import Console

from stream_processor.personal_data.export import ExportCounts
from stream_processor.personal_data.receipt import PLACES, ErasureReceipt


def print_exported(console: Console, counts: ExportCounts) -> None:
    """Print the numbers of an export."""
    console.print(
        f"{counts.command_records} command records, {counts.rows} rows and "
        f"{counts.tombstones} tombstones exported"
    )


def print_receipt(
    console: Console,
    receipt: ErasureReceipt,
    output_format: Literal["text", "json"],
    now: datetime | None = None,
) -> None:
    """Print the receipt of an erasure, or the counts of a dry run.

    Args:
        now: the end of the erasure; None for this moment.
    """
    now = now or datetime.now(UTC)
    if output_format == "json":
        console.print(json.dumps(receipt.to_json(now)))
    elif receipt.is_dry_run:
        console.print(
            f"{receipt.records} command records and {receipt.rows} rows would be deleted; "
            f"{receipt.tombstones} tombstones. Dry run: nothing was changed"
        )
    else:
        _print_erased(console, receipt, now)


def _print_erased(console: Console, receipt: ErasureReceipt, now: datetime) -> None:
    console.print(
        f"{receipt.records} command records deleted; {receipt.rows} rows at the start, "
        f"{receipt.rows_buried} of them replaced here, the others by the stream"
    )
    if receipt.is_complete:
        console.print("Neither table has a record or row of the user any more")
    else:
        console.print("Records or rows of the user may be left: run it again")
    console.print("\nWhat stays, and until when:")
    for place in PLACES:
        until = (now + place.lifetime).strftime("%Y-%m-%d %H:%M UTC")
        console.print(f"- {place.name}, until {until}: {place.holds}")

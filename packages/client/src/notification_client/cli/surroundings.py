"""What commands depend on: client, clock, time zone of the machine, streams of the process."""

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
import httpx
from rich.console import Console

from notification_client.cli.output.progress import SearchProgress
from notification_client.cli.output.whole_lines import WholeLines
from notification_client.cli.times.window import Window
from notification_client.cli.times.zones import find_machine_zone
from notification_client.client import NotificationClient
from notification_client.connection import HttpOptions


def _open_client(url: str, region: str | None) -> NotificationClient:
    # A proxy for all addresses would not find a service on this machine.
    is_local = urlsplit(url).hostname in {"127.0.0.1", "::1", "localhost"}
    options: HttpOptions = {"trust_env": not is_local}
    if region:
        options["auth"] = _create_signature(region)
    return NotificationClient(url, **options)


def _create_signature(region: str) -> httpx.Auth:
    try:
        # Imported here, since the extra may be missing.
        from notification_client.sigv4 import SigV4Auth  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise click.UsageError(
            "--sigv4 needs an extra: pip install 'notification-client[sigv4]'"
        ) from error
    return SigV4Auth(region)


def _get_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What commands depend on; tests replace it.

    Attributes:
        open_client: opens a client of the API at a URL, which signs for a region, if any.
        get_now: returns this moment.
        find_zone: finds the time zone of the machine; None if it has no name.
    """

    open_client: Callable[[str, str | None], NotificationClient] = _open_client
    get_now: Callable[[], datetime] = _get_now
    find_zone: Callable[[], ZoneInfo | None] = find_machine_zone


@dataclass(frozen=True, slots=True)
class Screen:
    """The streams of the process.

    Attributes:
        tables: standard output, in the encoding of the terminal.
        exports: standard output, in UTF-8.
        errors: standard error, for progress.
        width: cells of the terminal; 80 without one.
        is_terminal: whether standard output is one.
    """

    tables: WholeLines
    exports: WholeLines
    errors: Console
    width: int
    is_terminal: bool

    @classmethod
    def find(cls) -> "Screen":
        """Find the streams of this process."""
        return cls(
            tables=WholeLines(sys.stdout.buffer, sys.stdout.encoding),
            exports=WholeLines(sys.stdout.buffer),
            errors=Console(stderr=True),
            width=shutil.get_terminal_size().columns,
            is_terminal=sys.stdout.isatty(),
        )

    def create_progress(self, verb: str, window: Window, now: datetime) -> SearchProgress:
        """Create the progress of a search; arguments as for `SearchProgress`."""
        return SearchProgress(self.errors, verb, window, now, is_shared=self.is_terminal)


def note(text: str) -> None:
    """Write a line to standard error."""
    click.echo(text, err=True)

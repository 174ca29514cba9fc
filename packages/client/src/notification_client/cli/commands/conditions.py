"""The options of all queries: filters, times and the address of the API."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, Final, Literal, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

import click
from click.shell_completion import CompletionItem

from notification_client.cli.endings import described_errors
from notification_client.cli.search import Search
from notification_client.cli.surroundings import Surroundings, note
from notification_client.cli.times.window import EmptyWindowError, create_window
from notification_client.cli.times.words import UnknownTimeError
from notification_client.cli.times.zones import UnknownZoneError, load_zone
from notification_client.client import NotificationClient
from notification_client.core.queries import Values

Command: TypeAlias = Callable[..., None]
Decorator: TypeAlias = Callable[[Command], Command]

_FAILURES_WINDOW: Final = timedelta(hours=24)
_UTC: Final = ZoneInfo("UTC")
_FILTERS: Final = {
    "status": "Status, such as FAILED. Repeat it for several.",
    "platform": "Platform, such as IOS. Repeat it for several.",
    "ap_id": "Source application, such as mobile-app-001. Repeat it for several.",
    "error_msg": "Reason of failure, in whole. Repeat it for several.",
    "marketing_id": "Campaign.",
}


@dataclass(frozen=True, slots=True)
class Conditions:
    """What the options of all queries say.

    Attributes:
        url: of the API.
        region: for which requests are signed, if they are.
        values: by the filters of the API, an accepted value or several; none for any.
    """

    url: str
    region: str | None
    values: Mapping[str, Values | None]
    since: str | None
    until: str | None
    zone: ZoneInfo
    surroundings: Surroundings

    def create_search(
        self,
        noun: Literal["notification", "failure"],
        key: str = "",
        default: timedelta | None = None,
    ) -> Search:
        """Create the search of a command.

        Args:
            default: length of the window if its start is not given; None for no bound.

        Raises:
            click.UsageError: a text is not a time, or the window is empty.
        """
        now = self.surroundings.get_now()
        try:
            window = create_window(self.since, self.until, self.zone, now, default)
        except (UnknownTimeError, EmptyWindowError) as error:
            raise click.UsageError(str(error)) from error
        return Search(noun, key, self.values, window, now)

    def create_failure_search(self, transaction_id: str | None) -> Search:
        """Create the search for the failures of a transaction, or else for the latest ones."""
        if transaction_id is not None:
            return self.create_search("failure", f"of transaction {transaction_id}")
        # The service's own default, so that the command can say which window was searched.
        return self.create_search("failure", default=_FAILURES_WINDOW)

    @contextmanager
    def open_client(self) -> Iterator[NotificationClient]:
        """Open a client of the API for a with block, whose errors become messages."""
        try:
            client = self.surroundings.open_client(self.url, self.region)
        except ValueError as error:
            raise click.UsageError(f"--url: {error}") from error
        with client, described_errors(self.url):
            yield client


def condition_options(*filters: str) -> Decorator:
    """Add the options of a query to its command; they become `conditions`.

    Args:
        filters: names of the API.
    """

    def add_options(command: Command) -> Command:
        @functools.wraps(command)
        @click.pass_obj
        def run(surroundings: Surroundings, /, **arguments: Any) -> None:  # noqa: ANN401 - click's
            values = {name: arguments.pop(name) for name in filters}
            names = ("url", "region", "since", "until")
            shared = {name: arguments.pop(name) for name in names}
            zone = arguments.pop("zone") or _find_zone(surroundings)
            conditions = Conditions(**shared, values=values, zone=zone, surroundings=surroundings)
            command(conditions=conditions, **arguments)

        return add_in_order([*map(_create_filter, filters), *_OPTIONS], run)

    return add_options


def add_in_order(options: Sequence[Decorator], command: Command) -> Command:
    """Add options to a command, in the order of its help."""
    for option in reversed(options):
        command = option(command)
    return command


def _find_zone(surroundings: Surroundings) -> ZoneInfo:
    if zone := surroundings.find_zone():
        return zone
    note("Note: times are in UTC, because this machine has no named time zone; see --tz.")
    return _UTC


def _create_filter(name: str) -> Decorator:
    option, is_repeatable = f"--{name.replace('_', '-')}", name != "marketing_id"
    return click.option(option, name, multiple=is_repeatable, metavar="VALUE", help=_FILTERS[name])


def _check_zone(
    _context: click.Context, _option: click.Parameter, name: str | None
) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return load_zone(name)
    except UnknownZoneError as error:
        names = {each.lower(): each for each in available_timezones()}
        close = get_close_matches(name.lower(), names, n=1)
        hint = f"did you mean {names[close[0]]}?" if close else "an example is Asia/Taipei"
        raise click.BadParameter(f"{error}; {hint}") from error


def _complete_zone(
    _context: click.Context, _option: click.Parameter, start: str
) -> list[CompletionItem]:
    names = sorted(available_timezones())
    return [CompletionItem(name) for name in names if name.lower().startswith(start.lower())]


_OPTIONS: Final[tuple[Decorator, ...]] = (
    click.option(
        "--since",
        metavar="TIME",
        help='Begin: 2h, yesterday, "yesterday evening", "2026-11-24 18:00".',
    ),
    click.option("--until", metavar="TIME", help="End. Default: now, or as --since says."),
    click.option(
        "--tz",
        "zone",
        metavar="ZONE",
        callback=_check_zone,
        shell_complete=_complete_zone,
        help="Time zone, such as Asia/Taipei. Default: this machine's.",
    ),
    click.option(
        "--url",
        envvar="NOTIFICATIONS_URL",
        show_envvar=True,
        default="http://127.0.0.1:8000",
        metavar="URL",
        show_default=True,
        help="Address of the API.",
    ),
    click.option(
        "--sigv4",
        "region",
        envvar="NOTIFICATIONS_SIGV4",
        show_envvar=True,
        metavar="REGION",
        help="Sign with AWS credentials, for an API with IAM authorization.",
    ),
)

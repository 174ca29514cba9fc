"""What the command `query-service seed` does."""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import click

from aws_client import Session, find_session
from local_stack.demo.messages import errors_as_messages
from local_stack.demo.rendering import create_console
from local_stack.demo.seed.incident import Incident, InvalidIncidentError, parse_incident
from local_stack.demo.seed.plan import DAY_MS, InvalidPlanError, SeedPlan
from local_stack.demo.seed.record_table import RecordTable, RecordTableError, open_record_table
from local_stack.demo.seed.seeding import SeedProgress, remove_seed, write_plan
from local_stack.emulator.aws_access import AWS_SESSION
from stream_processor.cli.reporting import create_console as create_plain_console
from stream_processor.cli.reporting import show_progress

ResultT = TypeVar("ResultT")

INTERRUPTED: Final = 130
_AWS_DOMAINS: Final = (".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws")


@dataclass(frozen=True, slots=True)
class SeedTarget:
    """A command table: of the local stack, of another emulator, or of AWS.

    Attributes:
        url: endpoint of its DynamoDB.
        is_confirmed: whether AWS's own DynamoDB may be changed, which others rely on.
    """

    url: str
    table_name: str
    is_confirmed: bool

    @property
    def is_aws(self) -> bool:
        """Whether it is AWS's own DynamoDB."""
        host = (urlsplit(self.url).hostname or "").rstrip(".")
        return host.endswith(_AWS_DOMAINS)

    def find_session(self) -> Session:
        """Find region and credentials: AWS's settings for AWS, the local stack's otherwise.

        Raises:
            InvalidConfigurationError: no region is set, or AWS's own settings are invalid.
            click.UsageError: it is AWS, and that is not confirmed.
        """
        if not self.is_aws:
            return AWS_SESSION
        session = find_session()
        place = f"table {self.table_name} of AWS ({self.url}, region {session.region})"
        if not self.is_confirmed:
            raise click.UsageError(f"this would change {place}: add --yes if it shall")
        click.echo(f"Warning: changing {place}", err=True)
        return session


def create_plan(
    seed: int,
    records: int,
    campaigns: int,
    until_ms: int,
    days: float,
    incidents: Sequence[str],
) -> SeedPlan:
    """Create the plan of the command's options.

    Raises:
        click.UsageError: an incident is invalid, or not within the days.
    """
    try:
        return SeedPlan(
            seed=seed,
            records=records,
            campaigns=campaigns,
            until_ms=until_ms,
            span_ms=int(days * DAY_MS),
            incidents=tuple(parse_incident(text, until_ms) for text in incidents),
        )
    except (InvalidIncidentError, InvalidPlanError) as error:
        raise click.UsageError(str(error)) from error


def run_seed(plan: SeedPlan, target: SeedTarget) -> None:
    """Write a plan's records, and print how to remove them.

    Raises:
        click.ClickException: DynamoDB failed, or AWS's settings are invalid.
    """
    console, progress = create_console(), SeedProgress()
    started_s = time.monotonic()

    def render() -> str:
        return _render_seeded(plan, progress, time.monotonic() - started_s)

    with _show_progress(progress, "written", plan.records, render):
        _run(target, lambda table: write_plan(plan, table, progress))
    console.print(render(), soft_wrap=True)
    for incident, failures in progress.failures.items():
        console.print(_render_incident(incident, failures), soft_wrap=True)
    console.print(f"To remove them, add --clean --seed {plan.seed} --records {plan.records}")


def run_clean(seed: int, records: int, target: SeedTarget) -> None:
    """Remove a seed's records, and print how many there were.

    Raises:
        click.ClickException: DynamoDB failed, AWS's settings are invalid, or the seed has more
            records than these.
    """
    progress = SeedProgress()

    def render() -> str:
        return f"{progress.removed} records of seed {seed} removed"

    with _show_progress(progress, "removed", records, render):
        has_more = _run(target, lambda table: remove_seed(seed, records, table, progress))
    create_console().print(render())
    if has_more:
        raise click.ClickException(f"seed {seed} has more: repeat with more --records")


def _run(
    target: SeedTarget, work: Callable[[RecordTable], Coroutine[Any, Any, ResultT]]
) -> ResultT:
    async def run(session: Session) -> ResultT:
        async with open_record_table(session, target.url, target.table_name) as table:
            return await work(table)

    return asyncio.run(run(target.find_session()))


@contextmanager
def _show_progress(
    progress: SeedProgress, what: str, total: int, render: Callable[[], str]
) -> Iterator[None]:
    """Show a progress bar on a terminal; if the work does not end, print how far it came."""
    console = create_plain_console(stderr=True)
    with errors_as_messages():
        try:
            with ExitStack() as shown:
                if console.is_terminal:
                    progress.advance = shown.enter_context(show_progress(console, what, total))
                yield
        except KeyboardInterrupt:
            click.echo(f"Interrupted: {render()}", err=True)
            sys.exit(INTERRUPTED)
        except RecordTableError:
            if progress.has_begun:
                click.echo(f"Stopped: {render()}", err=True)
            raise


def _render_seeded(plan: SeedPlan, progress: SeedProgress, seconds: float) -> str:
    until = _render_time(plan.until_ms)
    return (
        f"{progress.notifications} of {plan.records} notifications written in {seconds:.1f} s: "
        f"{progress.writes} writes, {progress.writes / max(seconds, 0.001):.0f}/s\n"
        f"Created from {_render_time(plan.from_ms)} to {until}. "
        f"To write the same again, add --seed {plan.seed} --until {until}"
    )


def _render_incident(incident: Incident, failures: list[int]) -> str:
    if not failures:
        return (
            f"The incident of {incident.ap_id} has no notification: seed more records or give it "
            "more minutes"
        )
    return (
        f"Incident: {len(failures)} of {incident.ap_id} failed with {incident.reason!r}, "
        f"the first at {_render_time(min(failures))}"
    )


def _render_time(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"

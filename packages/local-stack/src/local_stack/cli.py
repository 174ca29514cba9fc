"""The command `query-service`: its options.

A command imports what it runs: the help must not wait for the whole system.
"""

import logging
import os
import sys
import time
from io import TextIOWrapper
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

import click

_PORT: Final = click.IntRange(0, 65535)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.version_option(package_name="local-stack")
def main() -> None:
    """Run the Query Service on this machine.

    Needs no Docker and no AWS account: an emulator provides DynamoDB, its streams, SQS and S3.
    Everything listens only on 127.0.0.1.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Titles may be in any script; a terminal without it shows question marks.
            stream.reconfigure(errors="replace")


def _isolate_environment() -> None:
    from local_stack.emulator.aws_access import (  # noqa: PLC0415 - see the module's docstring
        isolate_environment,
    )

    isolate_environment(os.environ)


@main.command()
def demo() -> None:
    """Run the whole pipeline once and check its responses.

    Writes sample command records, waits until the stream processor has projected them, queries the
    API for a user, a campaign and a failed transaction, and checks every response. Exits with
    status 0 only if all are right.
    """
    _isolate_environment()
    from local_stack.commands import run_demo  # noqa: PLC0415 - see the module's docstring
    from local_stack.demo.rendering import create_console  # noqa: PLC0415 - the same

    run_demo(create_console())


@main.command()
@click.option(
    "--api-port", type=_PORT, default=8000, help="Port of the query API; 0 for a free one."
)
@click.option(
    "--dynamodb-port",
    type=_PORT,
    default=8001,
    help="Port of the AWS emulator (DynamoDB, SQS, S3); 0 for a free one.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the data in this directory between runs; without it, nothing is kept.",
)
@click.option(
    "--backend",
    type=click.Choice(["dynamodb", "lambda"]),
    default="dynamodb",
    help="What the API queries: DynamoDB itself, or the query Lambda.",
)
@click.option("--sample-data", is_flag=True, help="Write the sample command records first.")
def up(
    api_port: int,
    dynamodb_port: int,
    data_dir: Path | None,
    backend: Literal["dynamodb", "lambda"],
    *,
    sample_data: bool,
) -> None:
    """Run the stack until Ctrl-C, and print commands to use it."""
    _isolate_environment()
    from local_stack.commands import run_up  # noqa: PLC0415 - see the module's docstring

    run_up(api_port, dynamodb_port, data_dir, backend, sample_data=sample_data)


def _check_url(_context: click.Context, _option: click.Parameter, url: str) -> str:
    if not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise click.BadParameter("must be a URL such as http://127.0.0.1:8001")
    if "@" in urlsplit(url).netloc:
        raise click.BadParameter("must have no user name or password")
    return url


@main.command()
@click.option(
    "--dynamodb-url",
    required=True,
    callback=_check_url,
    help="Endpoint URL of DynamoDB and its streams.",
)
@click.option(
    "--emulator-port",
    type=_PORT,
    default=0,
    help="Port of the emulator of SQS and S3; 0 for a free one.",
)
@click.option("--sample-data", is_flag=True, help="Write the sample command records first.")
def poll(dynamodb_url: str, emulator_port: int, *, sample_data: bool) -> None:
    """Project the stream of a DynamoDB that runs elsewhere, until Ctrl-C.

    Creates the tables there if they are missing. An emulator provides the quarantine queue and the
    on-failure bucket.
    """
    _isolate_environment()
    from local_stack.commands import run_poll  # noqa: PLC0415 - see the module's docstring

    run_poll(dynamodb_url, emulator_port, sample_data=sample_data)


def _parse_until(_context: click.Context, _option: click.Parameter, text: str | None) -> int:
    from local_stack.demo.seed.incident import parse_time  # noqa: PLC0415 - see the docstring

    try:
        # Whole seconds, as they are printed.
        return (parse_time(text) if text else int(time.time() * 1000)) // 1000 * 1000
    except ValueError:
        raise click.BadParameter("is no time in RFC 3339 with an offset") from None


@main.command()
@click.option("--records", type=click.IntRange(1, 10_000_000), default=10_000, help="How many.")
@click.option(
    "--campaigns",
    type=click.IntRange(0, 1000),
    default=20,
    help="Campaigns that most of the records belong to.",
)
@click.option(
    "--days",
    type=click.FloatRange(0.01, 3650),
    default=7,
    help="Days over which the records are spread.",
)
@click.option(
    "--until",
    "until_ms",
    callback=_parse_until,
    help="End of these days, as 2026-11-24T18:00:00+08:00. Default: now.",
)
@click.option(
    "--incident",
    "incidents",
    multiple=True,
    metavar="ap=…,from=…,share=…,reason=…[,minutes=…]",
    help="From a time on (or so long before --until, as 2h), for 30 minutes or as many as given, "
    "this share (0 to 1) of an application's notifications fails for the reason. Repeatable.",
)
@click.option("--seed", type=click.IntRange(0), default=1, help="Equal seeds give equal records.")
@click.option(
    "--endpoint-url",
    envvar="AWS_ENDPOINT_URL",
    show_envvar=True,
    callback=_check_url,
    default="http://127.0.0.1:8001",
    help="Endpoint of DynamoDB: of a running `up`, another emulator, or AWS.",
)
@click.option("--table-name", default="command-records", help="Table of the command records.")
@click.option("--clean", is_flag=True, help="Remove the first --records of the seed instead.")
@click.option("--yes", is_flag=True, help="Change a table of AWS, too.")
def seed(  # noqa: PLR0913 - one parameter for each option
    records: int,
    campaigns: int,
    days: float,
    until_ms: int,
    incidents: tuple[str, ...],
    seed: int,
    endpoint_url: str,
    table_name: str,
    *,
    clean: bool,
    yes: bool,
) -> None:
    """Write command records as real senders do, with incidents to find.

    Few users and applications have most of them. A notification is written as SENT, and again with
    its outcome. Equal options, --until among them, give equal records.
    """
    from local_stack.demo.seed.command import (  # noqa: PLC0415 - see the module's docstring
        SeedTarget,
        create_plan,
        run_clean,
        run_seed,
    )

    target = SeedTarget(endpoint_url, table_name, is_confirmed=yes)
    if clean:
        run_clean(seed, records, target)
    else:
        run_seed(create_plan(seed, records, campaigns, until_ms, days, incidents), target)

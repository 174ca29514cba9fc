"""The command `query-service`: its options.

A command imports what it runs: the help must not wait for the whole system.
"""

import logging
import os
import sys
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
    from local_stack.emulator.aws_access import (  # noqa: PLC0415 - see the module's docstring
        isolate_environment,
    )

    isolate_environment(os.environ)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # Titles may be in any script; a terminal without it shows question marks.
            stream.reconfigure(errors="replace")


@main.command()
def demo() -> None:
    """Run the whole pipeline once and check its responses.

    Writes sample command records, waits until the stream processor has projected them, queries the
    API for a user, a campaign and a failed transaction, and checks every response. Exits with
    status 0 only if all are right.
    """
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
    from local_stack.commands import run_poll  # noqa: PLC0415 - see the module's docstring

    run_poll(dynamodb_url, emulator_port, sample_data=sample_data)

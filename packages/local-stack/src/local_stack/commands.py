"""What the commands of `query-service` do."""

import asyncio
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from local_stack.demo.instructions import render_instructions
from local_stack.demo.messages import errors_as_messages
from local_stack.demo.rendering import StepPrinter, create_console, print_freshness, print_result
from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.demo.sample_incident import RECORDS as INCIDENT_RECORDS
from local_stack.demo.sample_incident import write_sample_incident
from local_stack.demo.scenario import QUERIES, connect, measure_freshness_ms, run_query
from local_stack.emulator.aws_access import AWS_SESSION
from local_stack.exceptions import LocalStackError
from local_stack.pipeline import HandlerFactory, Pipeline
from local_stack.stack import Backend, LocalStack, StackOptions, run_pipeline_only, run_stack
from stream_processor.bootstrap import open_handler

if TYPE_CHECKING:
    from rich.console import Console

_CHECK_INTERVAL_S: Final = 0.5
_PROJECTION_TIMEOUT_S: Final = 30


def run_demo(console: "Console", handler_factory: HandlerFactory = open_handler) -> None:
    """Run the demo.

    Raises:
        click.ClickException: a component failed, or a response was wrong.
    """
    console.print("Query Service: senders → stream → read model → API\n", style="bold")
    step = StepPrinter(console)
    with errors_as_messages(), run_stack(StackOptions(), step, handler_factory) as stack:
        wrong = _demonstrate(stack, console, step)
    if wrong:
        raise click.ClickException(f"{wrong} of {len(QUERIES)} responses are wrong")
    console.print(
        "\nNext: `uv run query-service up --sample-data` keeps the stack running and prints\n"
        "commands to write records with the AWS CLI and to query with curl."
    )


def _demonstrate(stack: LocalStack, console: "Console", step: StepPrinter) -> int:
    """Write, query and measure; returns how many responses are wrong."""
    _write_sample_data(stack, step)
    with connect(stack.api_url) as client:
        results = [run_query(client, query) for query in QUERIES]
        step(f"{len(results)} queries sent over HTTP")
        for result in results:
            print_result(console, result)
        print_freshness(console, measure_freshness_ms(stack.aws.dynamodb, client))
    return sum(1 for result in results if result.differences)


def run_up(
    api_port: int,
    dynamodb_port: int,
    data_dir: Path | None,
    backend: Backend,
    *,
    sample_data: bool,
) -> None:
    """Run the stack until a signal, and print commands to use it.

    Raises:
        click.ClickException: a component failed, or the data could not be saved.
    """
    console = create_console()
    stopping = _stop_on_signals()
    launcher = _find_launcher()
    options = StackOptions(
        api_port=api_port, dynamodb_port=dynamodb_port, data_dir=data_dir, backend=backend
    )
    step = StepPrinter(console)
    with errors_as_messages(), run_stack(options, step) as stack:
        if sample_data:
            _write_sample_incident(stack, step)
            _write_sample_data(stack, step)
        instructions = render_instructions(
            stack.api_url,
            stack.emulator_url,
            stack.quarantine_queue_url,
            has_incident=sample_data,
        )
        console.print(instructions, soft_wrap=True)
        while not stopping.wait(_CHECK_INTERVAL_S) and launcher == _find_launcher():
            stack.check()
        console.print("Stopping…")


def run_poll(dynamodb_url: str, emulator_port: int, *, sample_data: bool) -> None:
    """Project the stream of a DynamoDB that runs elsewhere, until a signal.

    Raises:
        click.ClickException: a component failed.
    """
    console = create_console()
    stopping = _stop_on_signals()
    step = StepPrinter(console)
    with errors_as_messages(), run_pipeline_only(dynamodb_url, emulator_port, step) as pipeline:
        if sample_data:
            _write_sample_data(pipeline, step)
        while not stopping.wait(_CHECK_INTERVAL_S):
            pipeline.check()
        console.print("Stopping…")


def _write_sample_incident(stack: LocalStack, step: StepPrinter) -> None:
    now_ms = int(time.time() * 1000)
    asyncio.run(write_sample_incident(AWS_SESSION, stack.emulator_url, now_ms))
    step(f"{INCIDENT_RECORDS} recent notifications written, with an incident")


def _write_sample_data(pipeline: Pipeline, step: StepPrinter) -> None:
    write_records(pipeline.aws.dynamodb, SAMPLE_RECORDS)
    step(f"{len(SAMPLE_RECORDS)} command records written")
    if not pipeline.event_source.wait_until_caught_up(_PROJECTION_TIMEOUT_S):
        pipeline.check()
        raise LocalStackError(f"the records were not projected within {_PROJECTION_TIMEOUT_S} s")
    step("Records projected into the read model")


def _stop_on_signals() -> threading.Event:
    """Return an event that the signals to end a process set."""
    stopping = threading.Event()
    numbers = {signal.SIGINT, signal.SIGTERM}
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # The terminal was closed, and nohup was not used.
        numbers.add(signal.SIGHUP)
    for number in numbers:
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _find_launcher() -> int | None:
    """Find the `uv run` that started this process and must end it: uv cannot pass SIGKILL on."""
    return os.getppid() if "UV_RUN_RECURSION_DEPTH" in os.environ else None

"""Measures the CPU of a Query of ten rows, decoded."""

import platform
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from benchmarks.canned_dynamodb import CannedDynamoDB, run_canned_dynamodb
from benchmarks.clients import (
    aiobotocore_reference,
    aiodynamo_reference,
    boto3_reference,
    ours,
)
from benchmarks.clients.queries import CONCURRENCY, Connect, make_queries
from benchmarks.clients.rows import LIMIT, make_query_response
from benchmarks.comparison import Comparison, Side, take_turns
from benchmarks.measured_process import MeasuredProcess, Usage, run_measured
from benchmarks.report import Report


@dataclass(frozen=True, slots=True)
class _Client:
    """A client, by the name of its distribution.

    Attributes:
        queries: of a quick round; they take about as long as those of the other clients.
    """

    name: str
    connect: Connect
    queries: int


_OURS: Final = _Client("aws-client", ours.connect, queries=3_200)
_CLIENTS: Final = (
    _OURS,
    _Client("aiodynamo", aiodynamo_reference.connect, queries=800),
    _Client("aiobotocore", aiobotocore_reference.connect, queries=320),
    _Client("boto3", boto3_reference.connect, queries=320),
)


@dataclass(frozen=True, slots=True)
class _Effort:
    """The amount of work; `factor` multiplies the queries of a round."""

    rounds: int
    factor: int


_FULL: Final = _Effort(rounds=9, factor=3)
_QUICK: Final = _Effort(rounds=3, factor=1)


def run(*, is_quick: bool) -> Report:
    """Run the benchmark."""
    effort = _QUICK if is_quick else _FULL
    with ExitStack() as running:
        dynamodb = running.enter_context(
            run_canned_dynamodb({"query": make_query_response()}, delay_ms=0)
        )
        sides = {
            client.name: _make_side(
                running.enter_context(run_measured(make_queries, client.connect, dynamodb.url)),
                dynamodb,
                client.queries * effort.factor,
            )
            for client in _CLIENTS
        }
        return _make_report(take_turns(sides, effort.rounds))


def _make_side(process: MeasuredProcess, dynamodb: CannedDynamoDB, queries: int) -> Side[Usage]:
    """Build a side that sends queries and returns its usage per query."""

    def measure() -> Usage:
        usage = process.measure([queries])
        received = dynamodb.take_counts()["query"]
        if received != queries:
            raise AssertionError(f"{received} queries received, {queries} sent")
        return usage.divide(queries)

    return measure


def _make_report(comparison: Comparison[Usage]) -> Report:
    names = [client.name for client in _CLIENTS]
    versions = ", ".join(f"{name} {version(name)}" for name in [*names, "botocore"])
    title = (
        f"clients of DynamoDB, Query of {LIMIT} rows, decoded; {CONCURRENCY} at once, one core;\n"
        f"Python {platform.python_version()}, {versions}"
    )
    ratios = {name: comparison.get_ratio(name, _OURS.name, _cpu_ms) for name in names}
    rows = [
        _make_row("CPU ms/query", comparison, _cpu_ms, ".3f"),
        _make_row("queries/s", comparison, _queries_per_s, ".0f"),
        ("their CPU / ours", *(f"{ratio:.2f}" for ratio in ratios.values())),
    ]
    figures = {
        "clients.cpu_ms_per_query": comparison.get_median(_OURS.name, _cpu_ms),
        **{f"clients.vs_{name}": ratios[name] for name in names if name != _OURS.name},
    }
    return Report(title, ("", *names), rows, figures)


def _make_row(
    title: str, comparison: Comparison[Usage], quantity: Callable[[Usage], float], precision: str
) -> tuple[str, ...]:
    values = (comparison.get_median(client.name, quantity) for client in _CLIENTS)
    return (title, *(format(value, precision) for value in values))


def _cpu_ms(usage_per_query: Usage) -> float:
    return usage_per_query.cpu_s * 1000


def _queries_per_s(usage_per_query: Usage) -> float:
    return 1 / usage_per_query.wall_s

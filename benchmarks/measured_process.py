"""Runs work in its own process on its own core, and measures its time and CPU."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, TypeAlias

from benchmarks import cores

Work: TypeAlias = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Usage:
    """Wall-clock time, and CPU time as the process itself counts it."""

    wall_s: float
    cpu_s: float

    def divide(self, pieces: int) -> "Usage":
        """Return the usage per piece."""
        return Usage(self.wall_s / pieces, self.cpu_s / pieces)


class MeasuredProcess:
    """A process that waits for work to measure."""

    def __init__(self, pid: int, connection: Connection) -> None:
        self.pid = pid
        self._connection = connection

    def measure(self, pieces: Sequence[Any]) -> Usage:
        """Run the pieces one after another; their transfer is not measured."""
        self._connection.send(pieces)
        usage: Usage = self._connection.recv()
        return usage


@contextmanager
def run_measured(make_work: Callable[..., Work], *arguments: object) -> Iterator[MeasuredProcess]:
    """Start a process that builds its work once, with an importable function."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_do_work, args=(theirs, make_work, arguments))
    process.start()
    theirs.close()
    assert process.pid  # noqa: S101 - it was started
    try:
        yield MeasuredProcess(process.pid, ours)
    finally:
        ours.close()
        process.join()


def _do_work(
    connection: Connection, make_work: Callable[..., Work], arguments: Sequence[object]
) -> None:
    cores.stay_on(cores.MEASURED)
    # Printing is part of the measured cost; its output would garble the report.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    work = make_work(*arguments)
    while True:
        try:
            pieces = connection.recv()
        except EOFError:
            return
        connection.send(_measure(work, pieces))


def _measure(work: Work, pieces: Sequence[Any]) -> Usage:
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    for piece in pieces:
        work(piece)
    return Usage(time.perf_counter() - started_s, time.process_time() - started_cpu_s)

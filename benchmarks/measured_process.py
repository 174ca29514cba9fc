"""Runs work in a process of its own, on a core of its own, and tells what it cost."""

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
    """What a piece of work took: wall-clock time, and CPU by the process's own accounting."""

    wall_s: float
    cpu_s: float


class MeasuredProcess:
    """A process that waits, at no cost, for work to be measured."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def measure(self, pieces: Sequence[Any]) -> Usage:
        """Do the pieces one after another; making and sending them is not measured."""
        self._connection.send(pieces)
        usage: Usage = self._connection.recv()
        return usage


@contextmanager
def run_measured(make_work: Callable[..., Work], *arguments: object) -> Iterator[MeasuredProcess]:
    """Start a process that makes its work once, by an importable function, and then does it."""
    processes = multiprocessing.get_context("spawn")
    ours, theirs = processes.Pipe()
    process = processes.Process(target=_do_work, args=(theirs, make_work, arguments))
    process.start()
    theirs.close()
    try:
        yield MeasuredProcess(ours)
    finally:
        ours.close()
        process.join()


def _do_work(
    connection: Connection, make_work: Callable[..., Work], arguments: Sequence[object]
) -> None:
    cores.stay_on(cores.MEASURED)
    # What the work prints is part of its cost, and no part of the report.
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

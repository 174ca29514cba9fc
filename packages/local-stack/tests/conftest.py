"""Fixtures of all tests of this package."""

import os
import shutil
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from local_stack.emulator.aws_access import isolate_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_END_TIMEOUT_S = 20

STREAM_ARN = (
    "arn:aws:dynamodb:ap-southeast-1:000000000000:table/command-records"
    "/stream/2026-01-01T00:00:00.000"
)


@pytest.fixture(scope="session", autouse=True)
def _isolated_environment() -> "Iterator[None]":
    """On every machine, no test reaches a real AWS account or uses a proxy."""
    with mock.patch.dict(os.environ):
        isolate_environment(os.environ)
        yield


@pytest.fixture(scope="session")
def query_service() -> str:
    """Path of the installed command, as in a user's shell."""
    command = shutil.which("query-service", path=sysconfig.get_path("scripts"))
    assert command
    return command


@pytest.fixture(scope="session")
def wait_until_gone() -> "Callable[[int], None]":
    """Wait until a process has ended, which may be another's child; fails after 20 seconds."""

    def wait(pid: int) -> None:
        deadline_s = time.monotonic() + _END_TIMEOUT_S
        while _is_running(pid):
            assert time.monotonic() < deadline_s, f"{pid} still runs after {_END_TIMEOUT_S} s"
            time.sleep(0.02)

    return wait


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # An ended process stays in state Z in a container whose first process does not reap it.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return True  # not Linux, or ended since: the next call finds out


@pytest.fixture(scope="session")
def make_records() -> "Callable[..., list[dict[str, Any]]]":
    """Create event records with ascending sequence numbers of 21 digits."""

    def make(count: int, *, arrival_s: float = 1_800_000_000) -> list[dict[str, Any]]:
        return [
            {
                "eventID": str(number),
                "eventName": "INSERT",
                "dynamodb": {
                    "ApproximateCreationDateTime": arrival_s,
                    "Keys": {"transaction_id": {"S": f"tx_{number}"}},
                    "SequenceNumber": f"{number:021d}",
                },
                "eventSourceARN": STREAM_ARN,
            }
            for number in range(1, count + 1)
        ]

    return make

"""Fixtures with a running emulator."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local_stack.emulator.aws_access import create_client, create_session
from local_stack.emulator.emulator import run_emulator
from local_stack.ports import find_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Clients:
    """boto3 clients of one emulator."""

    dynamodb: Any
    streams: Any
    sqs: Any
    s3: Any


@pytest.fixture(scope="session")
def free_port() -> "Callable[[], int]":
    return lambda: find_port(0, option="--dynamodb-port")


@pytest.fixture(scope="session")
def connect() -> "Callable[[str], Clients]":
    def connect_to(url: str) -> Clients:
        session = create_session()
        return Clients(
            dynamodb=create_client(session, "dynamodb", url),
            streams=create_client(session, "dynamodbstreams", url),
            sqs=create_client(session, "sqs", url),
            s3=create_client(session, "s3", url),
        )

    return connect_to


@pytest.fixture(scope="module")
def clients(
    free_port: "Callable[[], int]", connect: "Callable[[str], Clients]"
) -> "Iterator[Clients]":
    """Clients of an emulator that the tests of a module share."""
    with run_emulator(free_port()) as emulator:
        yield connect(emulator.url)


@pytest.fixture
def data_dir(tmp_path: "Path") -> "Path":
    directory = tmp_path / "data"
    directory.mkdir()
    return directory

import socket

import boto3
import pytest


@pytest.fixture
def boto3_session():
    return boto3.Session(
        aws_access_key_id="111111111111",
        aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        region_name="ap-southeast-1",
    )


@pytest.fixture
def unused_port():
    """A port of this machine on which nothing answers while the test runs."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]

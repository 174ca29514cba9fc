import socket

import boto3
import pytest
from click.testing import CliRunner

from notification_models.schema import COMMAND_RECORDS, encode_create_table
from stream_processor.cli.commands import stream_processor


@pytest.fixture
def boto3_session():
    return boto3.Session(
        aws_access_key_id="111111111111",
        aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        region_name="ap-southeast-1",
    )


@pytest.fixture
def unused_port():
    """A local port on which nothing listens during the test."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def tables(read_table):
    read_table.create_table(**encode_create_table(COMMAND_RECORDS))
    return read_table


@pytest.fixture
def run(tables, emulator_url):
    """Run a command; return its result, and fail if it has personal data."""
    table = tables.describe_table(TableName=COMMAND_RECORDS.name)["Table"]
    environment = {
        "AWS_ACCESS_KEY_ID": table["TableArn"].split(":")[4],
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ENDPOINT_URL": emulator_url,
        "AWS_CONFIG_FILE": "",
        "NO_PROXY": "127.0.0.1",
    }

    def invoke(*arguments, **changes):
        result = CliRunner(env=environment | changes).invoke(stream_processor, arguments)
        assert "canary" not in result.output
        return result

    return invoke

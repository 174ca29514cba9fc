"""Fixtures of the trial's tests: a whole local stack."""

import os
from unittest import mock

import pytest

from local_stack.emulator.aws_access import isolate_environment
from local_stack.stack import StackOptions, run_stack
from notification_models.schema import COMMAND_RECORDS, encode_create_table


@pytest.fixture(scope="session", autouse=True)
def _isolated_environment():
    """On any machine, no test reaches a real AWS account or uses a proxy."""
    with mock.patch.dict(os.environ):
        isolate_environment(os.environ)
        yield


@pytest.fixture(scope="session")
def stack():
    with run_stack(StackOptions(), report=lambda _step: None) as running:
        yield running


@pytest.fixture
def list_ids(stack):
    """List the transactions of the records in a table."""

    def list_all(table="command-records"):
        items = stack.aws.dynamodb.scan(TableName=table, ConsistentRead=True)["Items"]
        return [each["transaction_id"]["S"] for each in items]

    return list_all


@pytest.fixture(scope="session")
def unprojected(stack):
    """A command table without a stream: nothing of it arrives in the read model."""
    name = "unprojected"
    request = encode_create_table(COMMAND_RECORDS) | {"TableName": name}
    del request["StreamSpecification"]
    stack.aws.dynamodb.create_table(**request)
    return name

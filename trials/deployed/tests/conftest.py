"""Fixtures of the trial's tests: a whole local stack."""

import os

import pytest

from local_stack.emulator.aws_access import isolate_environment
from local_stack.stack import StackOptions, run_stack


@pytest.fixture(scope="session", autouse=True)
def _isolated_environment():
    """On any machine, no test reaches a real AWS account or uses a proxy."""
    saved = dict(os.environ)
    isolate_environment(os.environ)
    yield
    os.environ.clear()
    os.environ.update(saved)


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
    stack.aws.dynamodb.create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "transaction_id", "KeyType": "HASH"},
            {"AttributeName": "created_at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "transaction_id", "AttributeType": "S"},
            {"AttributeName": "created_at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return name

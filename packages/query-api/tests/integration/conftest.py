"""Every implementation of the read model, each filled with the rows of a test."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from notification_models import Row, Tombstone, encode_row
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from query_api.dynamodb.boto3_read_model import Boto3ReadModel
from query_api.read_model import ReadModel

Rows = Iterable[Row | Tombstone]
_BATCH = 25  # what BatchWriteItem takes


@pytest.fixture
def write_rows(aws_client: Callable[[str], Any]) -> Callable[[Rows], Any]:
    """Make the table with these rows in it; gives a client of the account that has it."""

    def write(rows: Rows) -> Any:
        client = aws_client("dynamodb")
        client.create_table(**encode_create_table(NOTIFICATION_RECORDS))
        puts = [{"PutRequest": {"Item": encode_row(row)}} for row in rows]
        for start in range(0, len(puts), _BATCH):
            batch = {NOTIFICATION_RECORDS.name: puts[start : start + _BATCH]}
            assert not client.batch_write_item(RequestItems=batch)["UnprocessedItems"]
        return client

    return write


@pytest.fixture(params=["memory", "boto3"])
def make_read_model(
    request: pytest.FixtureRequest, make_fake_read_model: Callable[[Rows], ReadModel]
) -> "Iterator[Callable[[Rows], ReadModel]]":
    """Make a read model with these rows. The one in memory is held to the same contract.

    A further implementation is one more parameter.
    """
    if request.param == "memory":
        yield make_fake_read_model
        return
    write_rows = request.getfixturevalue("write_rows")
    with ExitStack() as closing:

        def make(rows: Rows) -> ReadModel:
            table = NOTIFICATION_RECORDS.name
            read_model = Boto3ReadModel(write_rows(rows), table, max_threads=8)
            closing.callback(read_model.close)
            return read_model

        yield make

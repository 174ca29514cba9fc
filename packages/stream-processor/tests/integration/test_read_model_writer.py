"""The fake writer of the unit tests and the real one are held to the same rule."""

import itertools

import pytest
from botocore.config import Config

from notification_models import (
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_row,
    encode_version,
)
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.read_model_table import DynamoDBReadModelTable
from stream_processor.read_model_writer import DynamoDBReadModelWriter

OLD, NEW = "2026-11-23T09:00:00.000", "2026-11-24T09:00:00.000"
VERSIONS = [
    encode_version(OLD, "9"),
    encode_version(OLD, "10"),
    encode_version(OLD, "9" * 40),
    encode_version(NEW, "1"),
]


def make_row(version):
    record = NotificationRecord(
        user_id="test_user_001",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        notification_title="新年快樂 🎉",
        status="SENT",
        platform="IOS",
        marketing_id="campaign_2024_new_year",
    )
    return Row(record=record, version=version)


def make_tombstone(version):
    key = RowKey("test_user_001", "1704067200000#tx_001")
    return Tombstone(key=key, version=version, deleted_at=1, expires_at=4_000_000_000)


class _Real(DynamoDBReadModelTable):
    def __init__(self, client):
        super().__init__(client, NOTIFICATION_RECORDS.name)
        self.write = DynamoDBReadModelWriter(client, NOTIFICATION_RECORDS.name).write


@pytest.fixture(params=["dynamodb", "fake"])
def model(request):
    if request.param == "fake":
        return request.getfixturevalue("read_model")
    return _Real(request.getfixturevalue("read_table"))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [make_row, make_tombstone])
def test_an_absent_row_is_written(model, make, version):
    applied = model.write(make(version))

    assert applied is True
    assert decode_row(model.find(make(version).key)) == make(version)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(VERSIONS, repeat=2)))
@pytest.mark.parametrize("makes", list(itertools.product([make_row, make_tombstone], repeat=2)))
def test_a_row_is_written_over_only_by_a_higher_version(model, makes, first, second):
    stored, offered = makes[0](first), makes[1](second)
    model.write(stored)

    applied = model.write(offered)

    is_newer = VERSIONS.index(second) > VERSIONS.index(first)
    assert applied is is_newer
    assert decode_row(model.find(stored.key)) == (offered if is_newer else stored)


def test_an_error_of_dynamodb_is_named_by_its_code(aws_client):
    writer = DynamoDBReadModelWriter(aws_client("dynamodb"), "no-such-table")

    with pytest.raises(ReadModelWriteError) as caught:
        writer.write(make_row(VERSIONS[0]))

    assert caught.value.code == "ResourceNotFoundException"


def test_an_unreachable_dynamodb_is_named_by_the_clients_error(boto3_session, unused_port):
    client = boto3_session.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{unused_port}",
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )

    with pytest.raises(ReadModelWriteError) as caught:
        DynamoDBReadModelWriter(client, "rows").write(make_row(VERSIONS[0]))

    assert caught.value.code == "EndpointConnectionError"

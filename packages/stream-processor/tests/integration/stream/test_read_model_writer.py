"""The fake writer of the unit tests and the real one follow the same rule."""

import itertools
import secrets

import boto3
import pytest
from botocore.config import Config

from notification_models import (
    NotificationRecord,
    Row,
    RowKey,
    Tombstone,
    decode_row,
    encode_row_key,
    encode_version,
)
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from stream_processor.aws.dynamodb_client import LeanDynamoDBClient
from stream_processor.exceptions import ReadModelWriteError
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter
from stream_processor.tables.read_model_table import DynamoDBReadModelTable

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


@pytest.fixture(scope="module")
def session():
    """Credentials of an own account: the emulator takes its number from the key's digits."""
    return boto3.Session(
        aws_access_key_id=f"2{secrets.randbelow(10**11):011d}",
        aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        region_name="ap-southeast-1",
    )


@pytest.fixture(scope="module")
def connect(session):
    """Create a botocore client of that account, and a lean client from it."""

    def make(url):
        config = Config(connect_timeout=1, retries={"total_max_attempts": 1}, proxies={})
        client = session.client("dynamodb", endpoint_url=url, config=config)
        return client, LeanDynamoDBClient(session, client)

    return make


class _Real(DynamoDBReadModelTable):
    def __init__(self, client, lean_client):
        super().__init__(client, NOTIFICATION_RECORDS.name)
        self.write = DynamoDBReadModelWriter(lean_client, NOTIFICATION_RECORDS.name).write


@pytest.fixture(scope="module")
def table(connect, emulator_url):
    """The table of the read model, and its clients; created once, since that takes long."""
    client, lean_client = connect(emulator_url)
    client.create_table(**encode_create_table(NOTIFICATION_RECORDS))
    return client, lean_client


@pytest.fixture(params=["dynamodb", "fake"])
def model(request):
    if request.param == "fake":
        return request.getfixturevalue("read_model")
    client, lean_client = request.getfixturevalue("table")
    key = encode_row_key(make_row(VERSIONS[0]).key)
    client.delete_item(TableName=NOTIFICATION_RECORDS.name, Key=key)
    return _Real(client, lean_client)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("make", [make_row, make_tombstone])
def test_an_absent_row_is_written(model, make, version):
    applied = model.write(make(version))

    assert applied is True
    assert decode_row(model.find(make(version).key)) == make(version)


@pytest.mark.parametrize(("first", "second"), list(itertools.product(VERSIONS, repeat=2)))
@pytest.mark.parametrize("makes", list(itertools.product([make_row, make_tombstone], repeat=2)))
def test_a_row_is_overwritten_only_by_a_higher_version(model, makes, first, second):
    stored, offered = makes[0](first), makes[1](second)
    model.write(stored)

    applied = model.write(offered)

    is_newer = VERSIONS.index(second) > VERSIONS.index(first)
    assert applied is is_newer
    assert decode_row(model.find(stored.key)) == (offered if is_newer else stored)


def test_an_error_has_the_code_of_dynamodb(connect, emulator_url):
    _, lean_client = connect(emulator_url)
    writer = DynamoDBReadModelWriter(lean_client, "no-such-table")

    with pytest.raises(ReadModelWriteError) as caught:
        writer.write(make_row(VERSIONS[0]))

    assert caught.value.code == "ResourceNotFoundException"
    assert caught.value.is_retry_safe is False


def test_an_error_has_the_client_errors_name_if_dynamodb_is_unreachable(connect, unused_port):
    _, lean_client = connect(f"http://127.0.0.1:{unused_port}")
    writer = DynamoDBReadModelWriter(lean_client, "rows")

    with pytest.raises(ReadModelWriteError) as caught:
        writer.write(make_row(VERSIONS[0]))

    assert caught.value.code == "EndpointConnectionError"
    assert caught.value.is_retry_safe is True

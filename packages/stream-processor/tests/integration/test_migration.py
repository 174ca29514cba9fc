"""Migrates the tables of the replaced service, V2, and a read table without the index of failures.

V2's read table had the keys `user_id` and `created_at`, so one row for each user and millisecond.
Its function did not retry, and dropped unknown values. These rows are of a release that also
skipped updates and deletes; the release on EKS applied them.
"""

import json
from datetime import date

import pytest
from boto3.dynamodb.types import TypeDeserializer

from notification_models import Row, encode_failure_shards, encode_row, project_item
from notification_models.schema import (
    COMMAND_RECORDS,
    FAILURE_INDEX,
    NOTIFICATION_RECORDS,
    encode_create_table,
)
from stream_processor.bootstrap import open_handler
from stream_processor.settings import Settings

from ..support.fakes import Context

V2_TABLE = "v2-notification-records"
NOON_MS = 1_704_067_200_000

# Command records of that time: none has an application.
RECORDS = {
    "tx_plain": {},
    "tx_same_ms_1": {"created_at": NOON_MS + 1},
    "tx_same_ms_2": {"created_at": NOON_MS + 1},
    "tx_status": {"created_at": NOON_MS + 2, "status": "QUEUED"},
    "tx_platform": {"created_at": NOON_MS + 3, "platform": "HARMONY"},
    "tx_updated": {"created_at": NOON_MS + 4, "status": "FAILED", "error_msg": "Token expired"},
    "tx_lost": {"created_at": NOON_MS + 5},
}
# V2's rows of these records, and of two that no longer exist: one deleted, one expired.
V2_ROWS = {
    "tx_plain": {},
    "tx_same_ms_2": {"created_at": NOON_MS + 1},
    "tx_updated": {"created_at": NOON_MS + 4, "status": "SENT"},
    "tx_deleted": {"created_at": NOON_MS + 6},
    "tx_expired": {"created_at": NOON_MS - 1},
}
V2_ATTRIBUTES = (
    "user_id", "created_at", "transaction_id", "notification_title", "status", "platform",
    "marketing_id", "error_msg",
)  # fmt: skip


@pytest.fixture
def v2_tables(tables, make_item):
    """The command table and V2's read table before the migration."""
    tables.create_table(
        TableName=V2_TABLE,
        KeySchema=[
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "created_at", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "created_at", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    for name, changes in RECORDS.items():
        item = make_item(transaction_id=name, ap_id=None, **changes)
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)
    for name, changes in V2_ROWS.items():
        item = make_item(transaction_id=name, ap_id=None, **changes)
        row = {key: value for key, value in item.items() if key in V2_ATTRIBUTES}
        tables.put_item(TableName=V2_TABLE, Item=row)
    return tables


@pytest.fixture
def read_rows(v2_tables):
    """Read the rows of a table by transaction, without the attributes of this service alone."""
    decode = TypeDeserializer().deserialize
    internal = {"notification_key", "marketing_shard", "failure_shard", "version"}

    def read(table):
        items = v2_tables.scan(TableName=table, ConsistentRead=True)["Items"]
        rows = [
            {name: decode(value) for name, value in item.items() if name not in internal}
            for item in items
        ]
        return {row["transaction_id"]: row for row in rows}

    return read


def test_every_record_is_carried_over_unchanged(run, read_rows, tmp_path):
    rebuilt = run("rebuild", f"--state={tmp_path / 'state.json'}")

    records = read_rows(COMMAND_RECORDS.name)
    served = {
        name: {key: value for key, value in record.items() if key != "device_token"}
        for name, record in records.items()
    }
    assert rebuilt.exit_code == 0
    assert read_rows(NOTIFICATION_RECORDS.name) == served
    assert served.keys() == RECORDS.keys()
    assert run("verify", "--lag=0").exit_code == 0


def test_rows_differ_from_the_old_table_only_where_that_was_wrong(run, read_rows):
    run("rebuild")

    old, new = read_rows(V2_TABLE), read_rows(NOTIFICATION_RECORDS.name)
    same = {name for name in old.keys() & new.keys() if old[name] == new[name]}
    assert new.keys() - old.keys() == {"tx_same_ms_1", "tx_status", "tx_platform", "tx_lost"}
    assert old.keys() - new.keys() == {"tx_deleted", "tx_expired"}
    assert same == {"tx_plain", "tx_same_ms_2"}
    assert old["tx_updated"]["status"] == "SENT"
    assert new["tx_updated"]["status"] == "FAILED"


def test_a_second_rebuild_beside_the_old_table_changes_neither(run, read_rows):
    run("rebuild")
    old, new = read_rows(V2_TABLE), read_rows(NOTIFICATION_RECORDS.name)

    again = run("rebuild")

    assert "7 command records read: 7 rows already right, 0 written" in again.stdout
    assert (read_rows(V2_TABLE), read_rows(NOTIFICATION_RECORDS.name)) == (old, new)


@pytest.mark.parametrize(
    "arguments",
    [["rebuild"], ["verify", "--lag=0"], ["verify", "--lag=0", "--repair"]],
    ids=" ".join,
)
def test_a_tool_refuses_the_old_table_and_leaves_it_unchanged(run, read_rows, arguments):
    before = read_rows(V2_TABLE)

    done = run(*arguments, f"--read-table={V2_TABLE}")

    assert done.exit_code == 2
    assert (
        f"table {V2_TABLE} has the key user_id, created_at, not user_id, notification_key"
        in done.stderr
    )
    assert read_rows(V2_TABLE) == before


DAY_MS = 24 * 60 * 60 * 1000
DAYS = [date(2024, 1, 1), date(2024, 1, 2), date(2024, 1, 3)]
EARLIER_VERSION = "2023-12-01T00:00:00.000#" + "1".zfill(40)


@pytest.fixture
def earlier_records(tables, make_item):
    """Command records and their rows as a release without the index of failures wrote them."""
    indexes = tuple(each for each in NOTIFICATION_RECORDS.indexes if each != FAILURE_INDEX)
    tables.delete_table(TableName=NOTIFICATION_RECORDS.name)
    tables.create_table(**encode_create_table(NOTIFICATION_RECORDS._replace(indexes=indexes)))
    items = {
        f"tx_{number}": make_item(
            transaction_id=f"tx_{number}",
            created_at=NOON_MS + number * DAY_MS // 20,
            status="failed" if number % 2 else "DELIVERED",
        )
        for number in range(40)
    }
    for item in items.values():
        row = encode_row(Row(project_item(item), EARLIER_VERSION))
        row.pop(FAILURE_INDEX.partition_key.name, None)
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)
        tables.put_item(TableName=NOTIFICATION_RECORDS.name, Item=row)
    return items


@pytest.fixture
def add_index(tables):
    def update():
        request = encode_create_table(NOTIFICATION_RECORDS)
        (index,) = (
            each
            for each in request["GlobalSecondaryIndexes"]
            if each["IndexName"] == FAILURE_INDEX.name
        )
        tables.update_table(
            TableName=NOTIFICATION_RECORDS.name,
            AttributeDefinitions=request["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[{"Create": index}],
        )
        described = tables.describe_table(TableName=NOTIFICATION_RECORDS.name)["Table"]
        statuses = {
            each["IndexName"]: each["IndexStatus"] for each in described["GlobalSecondaryIndexes"]
        }
        assert statuses[FAILURE_INDEX.name] == "ACTIVE"

    return update


@pytest.fixture
def write_through_stream(tables, session, emulator_url, make_record):
    """Change a command record, and project the change with this release."""
    settings = Settings(quarantine_queue_url="http://127.0.0.1/unused")

    def write(old, new):
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=new)
        with open_handler(settings, session, emulator_url) as handler:
            response = handler({"Records": [make_record(2, old=old, new=new)]}, Context())
        assert response == {"batchItemFailures": []}

    return write


@pytest.fixture
def list_failures(tables):
    """List the transactions in the index of failures, by its partitions of all days."""

    def query():
        return sorted(
            row["transaction_id"]["S"]
            for day in DAYS
            for partition in encode_failure_shards(day)
            for row in tables.query(
                TableName=NOTIFICATION_RECORDS.name,
                IndexName=FAILURE_INDEX.name,
                KeyConditionExpression="failure_shard = :partition",
                ExpressionAttributeValues={":partition": {"S": partition}},
            )["Items"]
        )

    return query


def test_a_rebuild_finds_the_failures_of_a_release_without_their_index(
    earlier_records, add_index, write_through_stream, list_failures, run, make_item
):
    add_index()
    write_through_stream(None, make_item(transaction_id="tx_new", status="FAILED"))
    delivered = earlier_records["tx_1"] | {"status": {"S": "DELIVERED"}}
    write_through_stream(earlier_records["tx_1"], delivered)
    write_through_stream(
        earlier_records["tx_3"], earlier_records["tx_3"] | {"error_msg": {"S": "Token expired"}}
    )
    found_before = list_failures()
    verified_before = run("verify", "--lag=0", "--format=json")

    rebuilt = run("rebuild")

    assert found_before == ["tx_3", "tx_new"]
    assert verified_before.exit_code == 1
    assert json.loads(verified_before.stdout)["stale"] == 18
    assert rebuilt.exit_code == 0
    assert "41 command records read: 23 rows already right, 0 written, 18 repaired" in (
        rebuilt.stdout
    )
    assert list_failures() == sorted(
        ["tx_new", *(f"tx_{number}" for number in range(3, 40) if number % 2)]
    )
    assert run("verify", "--lag=0").exit_code == 0


@pytest.mark.usefixtures("earlier_records")
def test_a_verification_with_repair_finds_them_too(add_index, list_failures, run):
    add_index()

    repaired = run("verify", "--lag=0", "--repair", "--format=json")

    assert json.loads(repaired.stdout)["stale"] == 20
    assert len(list_failures()) == 20
    assert run("verify", "--lag=0").exit_code == 0

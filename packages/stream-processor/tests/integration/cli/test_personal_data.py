"""The commands `export-user` and `erase-user` over real tables; the rows are put by hand."""

import json
import stat

import pytest

from notification_models import NotificationRecord, Row, encode_row
from notification_models.attribute_value import decode_string
from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    KeyAttribute,
    encode_create_table,
)
from stream_processor.personal_data.receipt import PLACES

IDS = ["canary-user", "-canary", "--dry-run", "canary 使用者 🎉", "0042"]
VERSION = f"2026-11-23T09:00:00.000#{1:040d}"


@pytest.fixture
def put(tables, make_item):
    """Write a record, and its row as the stream would."""

    def write(user_id, transaction_id, **changes):
        item = make_item(user_id=user_id, transaction_id=transaction_id, **changes)
        record = NotificationRecord(
            user_id=user_id,
            transaction_id=transaction_id,
            created_at=int(item["created_at"]["N"]),
            notification_title="canary-title",
            status="SENT",
            platform="IOS",
        )
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)
        row = encode_row(Row(record=record, version=VERSION))
        tables.put_item(TableName=NOTIFICATION_RECORDS.name, Item=row)

    return write


@pytest.fixture
def list_users(tables):
    """Users of the command records, and those of the live rows."""

    def scan():
        return tuple(
            sorted(
                decode_string(item, "user_id")
                for item in tables.scan(TableName=table.name)["Items"]
                if "deleted_at" not in item
            )
            for table in (COMMAND_RECORDS, NOTIFICATION_RECORDS)
        )

    return scan


@pytest.mark.parametrize("user_id", IDS)
def test_a_user_is_erased_and_others_stay(run, put, list_users, user_id):
    put(user_id, "tx_1")
    put(user_id, "tx_2")
    put("bob", "tx_3")

    result = run("erase-user", "--yes", "--lag=0", "--", user_id)

    assert result.exit_code == 0
    assert "2 command records deleted; 2 rows at the start" in result.stdout
    assert "Neither table has a record or row of the user any more" in result.stdout
    assert list_users() == (["bob"], ["bob"])


def test_the_receipt_lists_what_stays_and_until_when(run, put):
    put("canary-user", "tx_1")

    text = run("erase-user", "--yes", "--lag=0", "canary-user").stdout
    report = json.loads(
        run("erase-user", "--yes", "--lag=0", "--format=json", "canary-user").stdout
    )

    assert all(f"- {place.name}, until 20" in text for place in PLACES)
    assert [each["place"] for each in report["remains"]] == [place.name for place in PLACES]
    assert (report["records"], report["rows"], report["tombstones"]) == (0, 0, 1)
    assert report["is_complete"] is True


def test_a_dry_run_deletes_nothing_and_needs_no_confirmation(run, put, list_users):
    put("canary-user", "tx_1")

    result = run("erase-user", "--dry-run", "canary-user")

    assert result.exit_code == 0
    assert "1 command records and 1 rows would be deleted; 0 tombstones" in result.stdout
    assert list_users() == (["canary-user"], ["canary-user"])


@pytest.mark.parametrize(
    ("response", "left"), [("y\n", []), ("n\n", ["canary-user"]), ("", ["canary-user"])]
)
def test_without_yes_an_erasure_asks(run, put, list_users, response, left):
    put("canary-user", "tx_1")

    result = run("erase-user", "--lag=0", "canary-user", input=response)

    assert result.exit_code == (1 if left else 0)
    assert "Delete all command records of this user from command-records?" in result.stderr
    assert list_users() == (left, left)


def test_an_error_in_the_middle_still_prints_the_receipt(run, tables):
    # This table can be described, but a user of type text cannot be queried.
    user_id = KeyAttribute("user_id", "N")
    table = NOTIFICATION_RECORDS._replace(name="rows", partition_key=user_id, indexes=())
    tables.create_table(**encode_create_table(table))

    result = run("erase-user", "--yes", "--read-table=rows", "canary-user")

    assert result.exit_code == 2
    assert "0 command records deleted" in result.stdout
    assert "may be left: run it again" in result.stdout
    assert result.stderr.splitlines()[-1].startswith("Error: a table could not be read")


@pytest.mark.parametrize("user_id", IDS)
def test_an_export_has_everything_that_both_tables_hold(run_aloud, put, user_id):
    put(user_id, "tx_1", payload="payload-1", device_token="token-1")  # noqa: S106
    put("bob", "tx_2")

    result = run_aloud("export-user", "--", user_id)

    record, row, last = map(json.loads, result.stdout.splitlines())
    assert result.exit_code == 0
    assert (record["kind"], row["kind"]) == ("command_record", "row")
    assert record["item"]["user_id"] == row["item"]["user_id"] == user_id
    assert (record["item"]["payload"], record["item"]["device_token"]) == ("payload-1", "token-1")
    assert last == {"kind": "end", "command_records": 1, "rows": 1, "tombstones": 0}


def test_an_exported_file_is_its_owners_alone(run, put, tmp_path):
    put("canary-user", "tx_1")
    path = tmp_path / "export.ndjson"

    result = run("export-user", f"--output={path}", "canary-user")

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "1 command records, 1 rows and 0 tombstones exported" in result.stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_text().splitlines()) == 3


def test_an_existing_file_is_not_overwritten(run, tmp_path):
    path = tmp_path / "export.ndjson"
    path.write_text("kept")

    result = run("export-user", f"--output={path}", "canary-user")

    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {path}: File exists"
    assert path.read_text() == "kept"


def test_a_failed_export_leaves_no_file(run, tmp_path):
    path = tmp_path / "export.ndjson"

    result = run("export-user", f"--output={path}", "--read-table=command-records", "canary-user")

    assert result.exit_code == 2
    assert not path.exists()


@pytest.mark.parametrize("command", ["export-user", "erase-user"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "is empty"),
        (["\udcff"], "is not valid UTF-8"),
        (["--command-table=other", "canary-user"], "table other"),
        (["canary-user", "--dry-runn"], "No such option"),
    ],
)
def test_what_cannot_run_exits_with_status_2(run, command, arguments, message):
    confirmed = ["--yes"] if command == "erase-user" else []

    result = run(command, *confirmed, *arguments)

    assert result.exit_code == 2
    assert message in result.stderr


def test_a_scan_can_be_limited_to_a_rate(run, put, list_users):
    put("canary-user", "tx_1")

    result = run(
        "erase-user", "--yes", "--lag=0", "--segments=2", "--max-pages-per-second=100",
        "canary-user",
    )  # fmt: skip

    assert result.exit_code == 0
    assert list_users() == ([], [])

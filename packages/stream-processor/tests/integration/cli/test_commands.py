"""The commands over real tables; end-to-end tests run them beside a live stream."""

import json
import re

import pytest

from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    encode_create_table,
)

RECORDS = 30


@pytest.fixture
def records(tables, make_item):
    """Records without rows."""
    for number in range(RECORDS):
        item = make_item(transaction_id=f"tx_{number:03d}", user_id="canary-user")
        tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)


@pytest.mark.usefixtures("records")
def test_differences_are_printed_and_set_the_exit_status(run):
    result = run("verify", "--lag=0")

    assert result.exit_code == 1
    assert re.search(r"^ *missing +30 +records without a row", result.stdout, re.MULTILINE)
    assert "30 differences in both tables" in result.stdout


@pytest.mark.usefixtures("records")
def test_differences_are_printed_as_json_and_as_metrics(run):
    options = ("--format=json", "--metrics", "--metrics-namespace=dev")
    result = run("verify", "--lag=0", *options)

    report, metrics = map(json.loads, result.stdout.splitlines())
    assert (report["missing"], report["differences"], report["sample_percent"]) == (30, 30, None)
    assert metrics["MissingRows"] == 30
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "dev"


@pytest.mark.usefixtures("records")
def test_after_a_repair_there_is_no_difference(run):
    repair = run("verify", "--lag=0", "--repair")
    after = run("verify", "--lag=0")

    assert repair.exit_code == 1
    assert "Some rows were repaired" in repair.stdout
    assert after.exit_code == 0
    assert "0 differences" in after.stdout


def test_a_record_in_seconds_is_rebuilt_and_verified(run, tables, make_item):
    item = make_item(created_at=1_704_067_200, user_id="canary-user")
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=item)

    rebuilt = run("rebuild")
    agreed = run("verify", "--lag=0")
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=item | {"status": {"S": "FAILED"}})
    repaired = run("verify", "--lag=0", "--repair")
    after = run("verify", "--lag=0")

    assert "1 written" in rebuilt.stdout
    assert (agreed.exit_code, repaired.exit_code, after.exit_code) == (0, 1, 0)


def test_the_row_of_a_record_that_lost_its_user_is_an_orphan_until_it_is_repaired(
    run, tables, make_item
):
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=make_item())
    run("rebuild")
    tables.put_item(TableName=COMMAND_RECORDS.name, Item=make_item(user_id=None))

    before = json.loads(run("verify", "--lag=0", "--repair", "--format=json").stdout)
    after = json.loads(run("verify", "--lag=0", "--format=json").stdout)

    assert (before["orphan"], before["poison"], before["repaired"]) == (1, 1, 1)
    assert (after["differences"], after["rows"], after["poison"]) == (0, 0, 1)


@pytest.mark.parametrize("option", ["--queue-url=u", "--bucket=b"])
def test_verify_has_no_option_that_it_does_not_use(run, option):
    result = run("verify", option)

    assert result.exit_code == 2
    assert "No such option" in result.stderr


@pytest.mark.usefixtures("records")
def test_a_rebuild_fills_the_read_model_and_then_is_finished(run, tables, tmp_path):
    state = f"--state={tmp_path / 'state.json'}"

    first = run("rebuild", state, "--segments=3")
    second = run("rebuild", state)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "30 command records read: 0 rows already right, 30 written" in first.stdout
    assert "is finished" in second.stdout
    assert tables.scan(TableName=NOTIFICATION_RECORDS.name)["Count"] == RECORDS


@pytest.mark.usefixtures("records")
def test_the_state_of_a_rebuild_into_another_table_is_refused(run, tables, tmp_path):
    state = f"--state={tmp_path / 'state.json'}"
    run("rebuild", state)
    tables.delete_table(TableName=NOTIFICATION_RECORDS.name)
    tables.create_table(**encode_create_table(NOTIFICATION_RECORDS))

    result = run("rebuild", state)

    assert result.exit_code == 2
    assert "the state file belongs to other tables" in result.stderr


@pytest.mark.usefixtures("records")
def test_a_dry_rebuild_keeps_no_state(run, tables, tmp_path):
    refused = run("rebuild", "--dry-run", f"--state={tmp_path / 'state.json'}")
    done = run("rebuild", "--dry-run")

    assert refused.exit_code == 2
    assert "30 would be written" in done.stdout
    assert tables.scan(TableName=NOTIFICATION_RECORDS.name)["Count"] == 0


@pytest.mark.parametrize(
    ("arguments", "environment", "message"),
    [
        (["redrive", "--from=queue"], {}, "setting QUARANTINE_QUEUE_URL is missing"),
        (["redrive", "--from=s3"], {}, "setting FAILURES_BUCKET is missing"),
        (["verify"], {"READ_TABLE_NAME": "other"}, "table other at http://127.0.0.1:"),
        (["verify"], {"AWS_ENDPOINT_URL": "nonsense"}, "AWS_ENDPOINT_URL: is not http"),
        (["verify"], {"AWS_PROFILE": "nobody"}, "nobody"),
        (["verify"], {"TTL_DELETES": "perhaps"}, "'perhaps' is not one of"),
    ],
)
def test_a_command_that_cannot_run_prints_why_and_exits_with_status_2(
    run, arguments, environment, message
):
    result = run(*arguments, **environment)

    assert result.exit_code == 2
    assert message in result.stderr.splitlines()[-1]
    assert isinstance(result.exception, SystemExit)


NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}


@pytest.mark.parametrize("command", [["verify"], ["rebuild"]])
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (NO_KEYS, "NoCredentialsError; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and"),
        (
            NO_KEYS | {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1"},
            "CredentialRetrievalError; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and",
        ),
        ({"READ_TABLE_NAME": "other"}, "ResourceNotFoundException; AWS_ENDPOINT_URL selects"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_line_with_its_endpoint_and_what_to_set(
    run, emulator_url, command, environment, message
):
    result = run(*command, **environment, AWS_EC2_METADATA_DISABLED="true")

    assert result.exit_code == 2
    (line,) = result.stderr.splitlines()
    assert f" at {emulator_url} cannot be used: {message}" in line


def test_an_endpoint_where_nothing_listens_is_named(run, unused_port):
    url = f"http://127.0.0.1:{unused_port}"

    result = run("verify", AWS_ENDPOINT_URL=url)

    assert result.exit_code == 2
    assert result.stderr == (
        f"Error: table command-records at {url} cannot be used: ConnectionRefusedError; "
        "AWS_ENDPOINT_URL selects another endpoint\n"
    )

"""The command `notifications`, over the whole stack."""

import csv
import json
import os
import shutil
import subprocess
import sysconfig
import uuid

import pytest

from local_stack.demo.sample_data import write_records
from notification_models import CommandRecord

CREATED_AT = 1_704_067_200_000
"""2024-01-01 08:00 in Taipei, and 00:00 UTC."""
COUNT = 130
TAG = uuid.uuid4().hex
USER_ID = f"使用者-{TAG}"
AP_ID = f"app-{TAG}"


def make_record(number):
    return CommandRecord(
        transaction_id=f"tx-{number:03d}-{TAG}",
        created_at=CREATED_AT + number * 60_000,
        user_id=USER_ID,
        notification_title="=新年快樂\n🎉",
        status="FAILED" if number % 10 == 0 else "DELIVERED",
        platform="IOS",
        ap_id=AP_ID,
        error_msg="Token expired" if number % 10 == 0 else None,
    )


@pytest.fixture(scope="module")
def run(stack):
    """Run the command against the stack, as a person in Taipei."""
    write_records(stack.aws.dynamodb, [make_record(number) for number in range(COUNT)])
    assert stack.event_source.wait_until_caught_up(60)
    command = shutil.which("notifications", path=sysconfig.get_path("scripts"))
    assert command
    variables = {"NOTIFICATIONS_URL": stack.api_url, "TZ": "Asia/Taipei"}

    def run(*arguments):
        return subprocess.run(
            [command, *arguments], env={**os.environ, **variables}, capture_output=True, check=False
        )

    return run


def test_everything_is_exported_once(run):
    done = run("user", USER_ID, "--all", "--format", "ndjson")

    numbers = [
        int(json.loads(line)["transaction_id"].split("-")[1]) for line in done.stdout.splitlines()
    ]
    assert numbers == list(range(COUNT - 1, -1, -1))
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_spreadsheet_has_local_times_and_no_formula(run):
    done = run("user", USER_ID, "--limit", "1", "--format", "csv")

    heading, row = csv.reader(done.stdout.decode().splitlines(keepends=True))
    found = dict(zip(heading, row, strict=True))
    assert found["created_at (Asia/Taipei)"] == "2024-01-01 10:09:00"
    assert found["notification_title"] == r"'=新年快樂\n🎉"


def test_times_in_words_select_what_the_clocks_of_the_zone_show(run):
    window = ("--since", "2024-01-01 08:00", "--until", "2024-01-01 08:30")

    done = run("user", USER_ID, "--status", "failed", *window, "--format", "ndjson")

    numbers = [json.loads(line)["transaction_id"][3:6] for line in done.stdout.splitlines()]
    assert numbers == ["020", "010", "000"]


def test_a_summary_counts_by_the_hours_that_clocks_of_the_zone_show(run):
    done = run("summary", "user", USER_ID, "--by", "status,hour", "--format", "csv")

    assert done.stdout.decode().splitlines() == [
        "status,hour (Asia/Taipei),count",
        "DELIVERED,2024-01-01 08:00,54",
        "DELIVERED,2024-01-01 09:00,54",
        "DELIVERED,2024-01-01 10:00,9",
        "FAILED,2024-01-01 08:00,6",
        "FAILED,2024-01-01 09:00,6",
        "FAILED,2024-01-01 10:00,1",
    ]
    assert done.returncode == 0


def test_the_latest_failures_of_an_application_are_counted(run):
    done = run("summary", "failures", "--since", "2024-01-01", "--ap-id", AP_ID)

    assert f"{AP_ID}     13  100.0%  ███" in done.stdout.decode()
    assert "first 2024-01-01 08:00:00, last 2024-01-01 10:00:00" in done.stdout.decode()
    assert done.stderr.decode() == (
        f"13 failures with ap_id {AP_ID} "
        "from 2024-01-01 00:00:00 to 2024-01-02 00:00:00 (Asia/Taipei).\n"
    )


def test_a_value_that_is_not_known_is_remarked_on(run):
    done = run("user", USER_ID, "--status", "FAILURE", "--since", "2024-01-01")

    assert done.stdout == b""
    assert done.stderr.decode() == (
        f"No notifications of user {USER_ID} with status FAILURE from 2024-01-01 00:00:00 "
        "to 2024-01-02 00:00:00 (Asia/Taipei).\n"
        'Note: "FAILURE" is not a known status: SENT, DELIVERED, FAILED.\n'
    )
    assert done.returncode == 0


def test_a_window_that_is_too_long_names_the_option(run):
    done = run("failures", "--since", "40d")

    assert b"  --since: " in done.stderr
    assert done.returncode == 1

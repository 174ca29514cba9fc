import csv
import io
import json

import pytest

from ....support.fake_service import page, row

DELIVERED = {"status": "DELIVERED", "platform": "IOS", "ap_id": "mobile-app-001"}
FAILED = {**DELIVERED, "status": "FAILED", "error_msg": "UNREGISTERED"}
# 2026-11-23 18:00 to 24:00 in Taipei
YESTERDAY_EVENING = {"created_from": 1_795_428_000_000, "created_to": 1_795_449_600_000}


def test_user_prints_a_table_and_says_what_it_holds(run):
    result = run(["user", "u_1"], page(row(2, **FAILED), row(1, **DELIVERED)))

    assert result.stdout == (
        "Notifications of user u_1, times in Asia/Taipei\n"
        "\n"
        "created           status     platform  ap_id           title  error\n"
        "────────────────  ─────────  ────────  ──────────────  ─────  ────────────\n"
        "2024-01-01 08:00  FAILED     IOS       mobile-app-001  -      UNREGISTERED\n"
        "2024-01-01 08:00  DELIVERED  IOS       mobile-app-001  -      -\n"
    )
    assert result.stderr == "\n2 notifications of user u_1 at any time.\n"
    assert result.exit_code == 0
    assert result.service.requests == [("/query/user", {"user_id": "u_1", "limit": 20})]


@pytest.mark.parametrize(
    ("arguments", "path", "key"),
    [
        (["user", "x"], "/query/user", {"user_id": "x"}),
        (["campaign", "x"], "/query/marketing", {"marketing_id": "x"}),
        (["transaction", "x"], "/query/transaction", {"transaction_id": "x"}),
        (["failures", "--transaction-id", "x"], "/query/fail", {"transaction_id": "x"}),
        (["user", "--", "-x"], "/query/user", {"user_id": "-x"}),
    ],
)
def test_each_command_has_its_query(run, arguments, path, key):
    result = run(arguments, page())

    assert result.service.requests == [(path, {**key, "limit": 20})]


def test_filters_are_those_of_the_api(run):
    options = ["--status", "failed", "--status", "SENT", "--platform", "ios", "--ap-id", "a"]
    options += ["--error-msg", "Token expired"]
    times = ["--since", "yesterday evening"]

    result = run(["user", "x", *options, "--marketing-id", "spring", *times], page())

    assert result.service.bodies == [
        {
            "user_id": "x",
            "status": ["failed", "SENT"],
            "platform": ["ios"],
            "ap_id": ["a"],
            "error_msg": ["Token expired"],
            "marketing_id": "spring",
            **YESTERDAY_EVENING,
            "limit": 20,
        }
    ]


def test_nothing_found_says_what_was_searched_for(run):
    filters = ["--status", "failed", "--status", "SENT", "--marketing-id", "spring"]

    result = run(["user", "x", *filters, "--since", "yesterday evening"], page())

    assert result.stdout == ""
    assert result.stderr == (
        "No notifications of user x with status failed or SENT and marketing_id spring "
        "from 2026-11-23 18:00:00 to 2026-11-24 00:00:00 (Asia/Taipei).\n"
    )
    assert result.exit_code == 0


def test_the_latest_failures_are_those_of_24_hours(run):
    result = run(["failures"], page())

    assert result.service.bodies == [{"created_from": 1_795_429_800_000, "limit": 20}]
    assert result.stderr == "No failures since 2026-11-23 18:30:00 (Asia/Taipei).\n"


def test_times_are_in_the_given_zone(run):
    arguments = ["user", "x", "--tz", "America/New_York", "--since", "2024-01-01"]

    result = run(arguments, page(row(1_000)))

    assert "created_from" in result.service.bodies[0]
    assert "from 2024-01-01 00:00:00 to 2024-01-02 00:00:00 (America/New_York)" in result.stderr
    assert "2023-12-31 19:00" in result.stdout


def test_a_machine_without_a_zone_uses_utc_and_says_so(run):
    result = run(["user", "x"], page(row()), zone=None)

    assert "times in UTC" in result.stdout
    assert "times are in UTC, because this machine has no named time zone" in result.stderr


def test_pages_are_followed_up_to_the_limit(run):
    pages = [page(row(3), next_cursor="a"), page(next_cursor="b"), page(row(2), next_cursor="c")]

    result = run(["user", "x", "--limit", "2"], *pages)

    assert [body.get("cursor") for body in result.service.bodies] == [None, "a", "b"]
    assert result.stdout.count("2024-01-01") == 2
    assert result.stderr == (
        "\nThe newest 2 notifications of user x at any time.\n"
        "There may be more: use --all, or a larger --limit.\n"
    )


@pytest.mark.parametrize(
    ("rows", "next_cursor", "says_more"), [(2, None, False), (3, None, True), (2, "a", True)]
)
def test_a_limit_that_left_nothing_out_is_not_mentioned(run, rows, next_cursor, says_more):
    result = run(
        ["user", "x", "--limit", "2"], page(*map(row, range(rows)), next_cursor=next_cursor)
    )

    assert ("There may be more" in result.stderr) == says_more


def test_all_follows_every_page(run):
    pages = [page(row(2), next_cursor="a"), page(row(1))]

    result = run(["campaign", "x", "--all"], *pages)

    assert [body["limit"] for body in result.service.bodies] == [100, 100]
    assert "\n2 notifications of campaign x at any time.\n" in result.stderr


def test_a_transaction_is_shown_with_all_its_fields(run):
    result = run(["transaction", "tx_1"], page(row(1, **FAILED, retry_cnt=2, failed_ts=1)))

    assert result.stdout == (
        "Notifications of transaction tx_1, times in Asia/Taipei\n"
        "\n"
        "user_id             u_1\n"
        "transaction_id      tx_1\n"
        "created_at          2024-01-01 08:00:00\n"
        "status              FAILED\n"
        "platform            IOS\n"
        "error_msg           UNREGISTERED\n"
        "ap_id               mobile-app-001\n"
        "retry_cnt           2\n"
        "failed_ts           1970-01-01 08:00:00\n"
    )


def test_csv_has_local_times_and_the_exact_time_last(run):
    result = run(["user", "x", "--format", "csv"], page(row(1, notification_title="=1", **FAILED)))

    heading, cells = csv.reader(io.StringIO(result.stdout_bytes.decode(), newline=""))
    found = dict(zip(heading, cells, strict=True))
    assert heading[:3] == ["user_id", "transaction_id", "created_at (Asia/Taipei)"]
    assert found["created_at (Asia/Taipei)"] == "2024-01-01 08:00:00"
    assert found["notification_title"] == "'=1"
    assert found["sns_id"] == ""
    assert found["created_at"] == "1704067200001"
    assert result.stderr == ""


def test_csv_of_nothing_is_its_heading(run):
    result = run(["user", "x", "--format", "csv"], page())

    assert result.stdout_bytes.count(b"\r\n") == 1
    assert result.stderr == ""


def test_csv_is_marked_as_utf_8_on_request(run):
    result = run(["user", "x", "--format", "csv", "--bom"], page())

    assert result.stdout_bytes.startswith(b"\xef\xbb\xbfuser_id,")


def test_ndjson_has_an_object_of_the_api_on_each_line(run):
    result = run(["user", "x", "--format", "ndjson"], page(row(2, **FAILED), row(1)))

    first, second = map(json.loads, result.stdout.splitlines())
    assert first.items() >= row(2, **FAILED).items()
    assert list(first)[:4] == ["user_id", "transaction_id", "created_at", "marketing_id"]
    assert second["status"] is None


def test_json_is_one_array(run):
    pages = [page(row(2), next_cursor="a"), page(row(1))]

    result = run(["user", "x", "--format", "json", "--all"], *pages)

    assert [each["transaction_id"] for each in json.loads(result.stdout)] == ["tx_2", "tx_1"]


def test_an_export_says_that_its_limit_left_some_out(run):
    result = run(["user", "x", "--format", "csv", "--limit", "1"], page(row(), next_cursor="a"))

    assert "There may be more: use --all" in result.stderr


def test_remarks_of_the_service_are_said_once(run):
    unknown = '"foo" is not a known status: SENT, DELIVERED, FAILED'
    first = page(
        message=f"No notifications; {unknown}; more may follow at next_cursor", next_cursor="a"
    )
    second = page(message=f"No notifications; 2 rows could not be read; {unknown}")

    result = run(["user", "x", "--status", "foo"], first, second)

    assert result.stderr.splitlines()[1:] == [
        f"Note: {unknown}.",
        "Note: some notifications could not be read and are left out.",
    ]


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "line\nbreak", "\x9b31m", "a\u202eb", "[bold]markup[/bold]", ":smile:"]
)
def test_no_row_acts_on_the_terminal(run, text):
    values = dict.fromkeys(["notification_title", "status", "platform", "ap_id", "error_msg"], text)

    result = run(["user", "x"], page(row(1, **values, user_id=text)))

    assert len(result.stdout.splitlines()) == 5
    assert not set(result.stdout) & {"\x1b", "\x9b", "\u202e"}
    assert text[-4:] in result.stdout or "\\" in result.stdout


def test_an_id_with_hidden_characters_is_escaped_in_notes(run):
    result = run(["user", "\x1b[2J"], page())

    assert result.stderr == "No notifications of user \\x1b[2J at any time.\n"

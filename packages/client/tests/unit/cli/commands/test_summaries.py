import json

import pytest

from ....support.fake_service import part

GROUPS = (
    {"status": "DELIVERED", "ap_id": "mobile-app-001", "count": 990},
    {"status": "FAILED", "ap_id": None, "count": 10},
)


def test_a_summary_is_a_table_with_shares_bars_and_total(run):
    response = part(*GROUPS, first=1_704_067_200_000, last=1_704_070_800_000)

    result = run(["summary", "campaign", "spring", "--by", "status,ap_id"], response)

    assert result.stdout == (
        "Notifications of campaign spring by status, ap_id, times in Asia/Taipei\n"
        "\n"
        "status     ap_id           count   share\n"
        "─────────  ──────────────  ─────  ──────\n"
        "DELIVERED  mobile-app-001    990   99.0%  ██████████████████████████████\n"
        "FAILED     -                  10    1.0%  ▎\n"
        "─────────  ──────────────  ─────  ──────\n"
        "total                      1,000  100.0%\n"
        "\n"
        "first 2024-01-01 08:00:00, last 2024-01-01 09:00:00 (Asia/Taipei)\n"
    )
    assert result.stderr == "1,000 notifications of campaign spring at any time.\n"
    assert result.service.requests == [
        (
            "/query/marketing/summary",
            {"marketing_id": "spring", "by": ["status", "ap_id"], "time_zone": "Asia/Taipei"},
        )
    ]


@pytest.mark.parametrize(
    ("arguments", "path", "body"),
    [
        (["user", "x"], "/query/user/summary", {"user_id": "x", "by": ["status"]}),
        (["campaign", "x"], "/query/marketing/summary", {"marketing_id": "x", "by": ["status"]}),
        (
            ["failures", "--transaction-id", "x"],
            "/query/fail/summary",
            {"transaction_id": "x", "by": ["ap_id"]},
        ),
        (
            ["failures"],
            "/query/fail/summary",
            {"created_from": 1_795_429_800_000, "by": ["ap_id"]},
        ),
    ],
)
def test_each_command_has_its_query(run, arguments, path, body):
    result = run(["summary", *arguments], part())

    assert result.service.requests == [(path, {**body, "time_zone": "Asia/Taipei"})]


def test_the_parts_of_a_summary_are_added_up(run):
    parts = [
        part({"status": "SENT", "count": 2}, next_cursor="a"),
        part({"status": "SENT", "count": 3}),
    ]

    result = run(["summary", "user", "x", "--format", "json"], *parts)

    assert json.loads(result.stdout) == [{"status": "SENT", "count": 5}]
    assert [body.get("cursor") for body in result.service.bodies] == [None, "a"]


def test_nothing_counted_says_what_was_searched_for(run):
    result = run(["summary", "failures", "--since", "1h", "--ap-id", "a"], part())

    assert result.stdout == ""
    assert result.stderr == "No failures with ap_id a since 2026-11-24 17:30:00 (Asia/Taipei).\n"
    assert result.exit_code == 0


def test_groups_that_the_service_left_out_are_explained(run):
    message = "5 notifications counted; 2 rows of further groups in other"
    groups = ({"error_msg": "a", "count": 3}, {"other": True, "count": 2})
    response = part(*groups, message=message)

    result = run(["summary", "failures", "--by", "error_msg"], response)

    assert "(others)" in result.stdout
    assert result.stderr.count("Note: ") == 1
    assert "Note: a response holds at most 1,000 groups." in result.stderr


@pytest.mark.parametrize(
    ("format_", "written"),
    [
        ("csv", b"status,ap_id,count\r\nDELIVERED,mobile-app-001,990\r\nFAILED,,10\r\n"),
        (
            "ndjson",
            b"""{"status":"DELIVERED","ap_id":"mobile-app-001","count":990}
{"status":"FAILED","ap_id":null,"count":10}
""",
        ),
    ],
)
def test_a_summary_is_exported(run, format_, written):
    result = run(
        ["summary", "user", "x", "--by", "status,ap_id", "--format", format_], part(*GROUPS)
    )

    assert result.stdout_bytes == written
    assert result.stderr == ""


def test_remarks_of_the_service_are_said(run):
    result = run(["summary", "user", "x"], part(message='No notifications; "x" is no known status'))

    assert 'Note: "x" is no known status.' in result.stderr


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        ("", "different names of status, platform"),
        ("nothing", "different names of status, platform"),
        ("status,status", "different names"),
        ("status,platform,ap_id,hour,day", "at most 4 names"),
    ],
)
def test_wrong_attributes_are_a_wrong_option(run, by, reason):
    result = run(["summary", "user", "x", "--by", by])

    assert reason in " ".join(result.stderr.split())
    assert result.exit_code == 2


def test_attributes_are_names_in_any_case_with_commas(run):
    result = run(["summary", "user", "x", "--by", "Status, HOUR"], part())

    assert result.service.bodies[0]["by"] == ["status", "hour"]

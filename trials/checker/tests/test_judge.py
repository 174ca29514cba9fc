import pytest

from trials.checker.expected.judge import CheckFailedError, Judge, check_public, compare
from trials.checker.expected.oracle import find_row
from trials.checker.senders import SECRET

KEY = ("t", "1577836800123")


def source(user, title="first"):
    return {
        "transaction_id": {"S": KEY[0]},
        "created_at": {"N": KEY[1]},
        "user_id": {"S": user},
        "notification_title": {"S": title},
    }


def row(version, user, title="first"):
    return {**find_row(source(user, title)), "version": {"S": version}}


def tombstone(version, user):
    kept = {name: row(version, user)[name] for name in ("user_id", "notification_key", "version")}
    return {**kept, "deleted_at": {"N": "5000"}, "expires_at": {"N": str(5 + 8 * 24 * 60 * 60)}}


@pytest.fixture
def judge():
    judge = Judge()
    judge.note_change(KEY, source("anna"), "v1")
    judge.note_change(KEY, source("anna", "second"), "v2")
    judge.note_change(KEY, source("ben"), "v3")
    return judge


@pytest.mark.parametrize(
    "item",
    [
        row("v1", "anna"),
        row("v1", "anna", "second"),
        row("v3", "ben"),
        row("0", "anna"),
        tombstone("v3", "anna"),
    ],
)
def test_a_state_that_the_record_had_from_its_version_on_is_right(judge, item):
    judge.check_write(None, item)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (row("v2", "anna"), "no state"),
        (row("v1", "carol"), "no state"),
        (row("v3", "anna", "second"), "no state"),
        (tombstone("v3", "ben"), "was buried"),
    ],
)
def test_a_state_that_the_record_did_not_have_is_wrong(judge, item, reason):
    with pytest.raises(CheckFailedError, match=reason):
        judge.check_write(None, item)


def test_a_version_must_not_go_backwards(judge):
    with pytest.raises(CheckFailedError, match="went backwards"):
        judge.check_write(row("v2", "anna", "second"), row("v1", "anna"))


def test_a_status_is_counted_no_more_often_than_senders_wrote_it(judge):
    judge.note_change(KEY, source("ben") | {"status": {"S": "sent"}}, "v4")
    judge.note_change(KEY, source("carol") | {"status": {"S": "SENT"}}, "v5")

    judge.check_reached({None: 1, "SENT": 1})
    with pytest.raises(CheckFailedError, match="too often"):
        judge.check_reached({"SENT": 2})


def test_differences_are_counted_by_their_kind():
    sources = {1: source("anna"), 2: {**source("ben"), "transaction_id": {"S": "other"}}}
    rows = {1: row("v1", "anna", "stale"), 2: row("v1", "carol"), 3: tombstone("v1", "ben")}

    differences = compare(sources, rows)

    assert {name: len(keys) for name, keys in differences.items()} == {
        "missing": 1,
        "stale": 1,
        "orphan": 1,
    }


def test_content_of_a_record_is_not_public():
    with pytest.raises(CheckFailedError):
        check_public(f"token {SECRET}")

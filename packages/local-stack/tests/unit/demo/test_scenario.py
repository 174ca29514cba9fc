import pytest

from local_stack.demo.scenario import QUERIES, expect_rows, find_differences

USER, CAMPAIGN, FAILED = QUERIES


def _right_body(query=USER):
    rows = [dict(row) for row in expect_rows(query)]
    return {"success": True, "data": rows, "total_count": len(rows), "next_cursor": None}


def test_the_rows_of_a_user_are_newest_first_ties_by_transaction():
    rows = expect_rows(USER)

    assert [row["transaction_id"] for row in rows] == [
        "tx_009",
        "tx_007",
        "tx_005",
        "tx_004",
        "tx_001",
    ]


def test_a_failed_transaction_has_one_row_with_its_application():
    (row,) = expect_rows(FAILED)

    assert row == {
        "user_id": "test_user_002",
        "transaction_id": "tx_002",
        "created_at": 1_704_067_260_000,
        "marketing_id": "campaign_2024_new_year",
        "notification_title": "新年快樂 全館八折 🎉",
        "status": "FAILED",
        "platform": "ANDROID",
        "error_msg": "Token expired",
        "ap_id": "mobile-app-002",
        "retry_cnt": 3,
        "sns_id": None,
        "send_ts": 1_704_067_260_120,
        "delivered_ts": None,
        "failed_ts": 1_704_067_262_480,
    }


def test_the_campaign_has_four_rows():
    assert [row["transaction_id"] for row in expect_rows(CAMPAIGN)] == [
        "tx_011",
        "tx_003",
        "tx_002",
        "tx_001",
    ]


def test_a_right_response_has_no_differences():
    assert find_differences(_right_body(), expect_rows(USER)) == []


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        (lambda body: body["data"].pop(), "4 rows, not 5"),
        (lambda body: body["data"].reverse(), "row 1: transaction_id is 'tx_001', not 'tx_009'"),
        (lambda body: body["data"][0].pop("ap_id"), "row 1: ap_id is None, not 'mobile-app-001'"),
        (
            lambda body: body["data"][0].update(payload="leaked"),
            "row 1: payload is 'leaked', not None",
        ),
        (lambda body: body.update(total_count=4), "total_count is 4, not 5"),
        (lambda body: body.update(next_cursor="x"), "next_cursor is 'x', not None"),
        (lambda body: body.update(success=False), "success is False, not True"),
    ],
)
def test_each_difference_of_a_wrong_response_is_listed(spoil, difference):
    body = _right_body()

    spoil(body)

    assert difference in find_differences(body, expect_rows(USER))

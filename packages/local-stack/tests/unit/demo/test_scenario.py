import json
from dataclasses import asdict, replace

import httpx
import pytest

from local_stack.demo.scenario import (
    QUERIES,
    expect_notifications,
    find_differences,
    run_query,
)
from notification_client import NotificationClient

USER, CAMPAIGN, FAILED = QUERIES


def test_the_notifications_of_a_user_are_newest_first_ties_by_transaction():
    found = expect_notifications(USER)

    assert [each.transaction_id for each in found] == [
        "tx_009",
        "tx_007",
        "tx_005",
        "tx_004",
        "tx_001",
    ]


def test_a_failed_transaction_has_one_notification_with_its_application():
    (found,) = expect_notifications(FAILED)

    assert asdict(found) == {
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


def test_the_campaign_has_four_notifications():
    assert [each.transaction_id for each in expect_notifications(CAMPAIGN)] == [
        "tx_011",
        "tx_003",
        "tx_002",
        "tx_001",
    ]


@pytest.mark.parametrize("query", QUERIES)
def test_the_printed_request_is_the_one_that_is_sent(query):
    sent = []

    def respond(request):
        sent.append((request.url.path, json.loads(request.content)))
        return httpx.Response(200, json={"data": [], "message": "", "next_cursor": None})

    run_query(NotificationClient("http://h", transport=httpx.MockTransport(respond)), query)

    assert sent == [(query.path, {**query.body, "limit": 100})]


def test_a_problem_is_a_difference():
    transport = httpx.MockTransport(lambda _: httpx.Response(404))

    result = run_query(NotificationClient("http://h", transport=transport), USER)

    (difference,) = result.differences
    assert difference.startswith("404 Not Found")


def test_a_right_response_has_no_differences():
    assert find_differences(expect_notifications(USER), expect_notifications(USER)) == []


@pytest.mark.parametrize(
    ("spoil", "difference"),
    [
        (lambda found: found[:-1], "4 notifications, not 5"),
        (
            lambda found: found[::-1],
            "notification 1: transaction_id is 'tx_001', not 'tx_009'",
        ),
        (
            lambda found: [replace(found[0], ap_id=None), *found[1:]],
            "notification 1: ap_id is None, not 'mobile-app-001'",
        ),
    ],
)
def test_each_difference_of_a_wrong_response_is_listed(spoil, difference):
    found = spoil(expect_notifications(USER))

    assert difference in find_differences(found, expect_notifications(USER))

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from notification_client import (
    ForbiddenError,
    InvalidRequestError,
    InvalidResponseError,
    Notification,
    ProblemError,
    RequestFault,
    UnavailableError,
)
from notification_client.core.responses import (
    CountedGroup,
    Response,
    check_status,
    decode_page,
    decode_summary_part,
)

from ...support.fake_service import page, part, problem, row


def whole(response):
    return Response(response.status_code, response.headers, response.content)


def test_a_page_holds_records():
    values = {
        "user_id": "u_1",
        "transaction_id": "tx_1",
        "created_at": 1_704_067_200_000,
        "marketing_id": "c_1",
        "notification_title": "新年快樂 🎉",
        "status": "FAILED",
        "platform": "IOS",
        "error_msg": "Token expired",
        "ap_id": "mobile-app-001",
        "retry_cnt": 3,
        "sns_id": "sns-1",
        "send_ts": 1,
        "delivered_ts": 2,
        "failed_ts": 3,
    }

    decoded = decode_page(whole(page(values, next_cursor="c", message="1 notification")))

    assert (decoded.message, decoded.next_cursor) == ("1 notification", "c")
    (notification,) = decoded.notifications
    assert asdict(notification) == values


def test_fields_of_a_newer_service_are_ignored_and_those_of_an_older_one_are_none():
    decoded = decode_page(whole(page(row(1, channel="email"), extra={"a": 1})))

    (notification,) = decoded.notifications
    assert notification == Notification(
        user_id="u_1", transaction_id="tx_1", created_at=1_704_067_200_001
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "truncated"),
        (b"<html>Sign in</html>", "malformed"),
        (b'{"data": [', "truncated"),
        (b"[]", "Expected `object`"),
        (b"{}", "missing required field `data`"),
        (b'{"data": [], "message": ""}', "missing required field `next_cursor`"),
        (b'{"data": [], "message": "", "next_cursor": 1}', r"at `\$.next_cursor`"),
        (b'{"data": "\xff"}', "Expected `array`"),
        (b'{"message": "\xff"}', "UnicodeDecodeError"),
        (b'{"x": ' + b"[" * 100_000, "RecursionError"),
    ],
)
def test_what_is_no_page_is_an_error(content, reason):
    with pytest.raises(InvalidResponseError, match=reason):
        decode_page(Response(200, {}, content))


@pytest.mark.parametrize(
    "values", [{"user_id": None}, {"created_at": "secret"}, {"status": 7}, {"retry_cnt": "secret"}]
)
def test_a_record_of_other_types_is_an_error_without_its_values(values):
    with pytest.raises(InvalidResponseError, match=r"Expected .+ at `\$.data\[0\]") as raised:
        decode_page(whole(page(row(1, **values))))

    assert "secret" not in str(raised.value)


def test_a_part_of_a_summary_holds_counted_groups():
    decoded = decode_summary_part(
        whole(part({"hour": "2026-11-24T18:00+08:00", "count": 7}, {"other": True, "count": 2}))
    )

    assert decoded.counted == 9
    assert decoded.data == (
        CountedGroup(hour="2026-11-24T18:00+08:00", count=7),
        CountedGroup(other=True, count=2),
    )


def test_a_problem_is_an_exception_of_its_type():
    errors = [{"pointer": "/limit", "detail": "Too large"}]

    with pytest.raises(InvalidRequestError) as raised:
        check_status(whole(problem(400, "invalid-request", errors=errors, newer=1)))

    assert vars(raised.value) == {
        "type": "/problems/invalid-request",
        "title": "Invalid request",
        "status": 400,
        "detail": "What to do.",
        "request_id": "req-1",
        "errors": (RequestFault("/limit", "Too large"),),
        "retry_after_s": None,
    }


@pytest.mark.parametrize(
    ("status", "content", "title", "class_"),
    [
        (
            403,
            json.dumps({"message": "User: arn:secret is not authorized"}),
            "Forbidden",
            ForbiddenError,
        ),
        (502, "<html>secret</html>", "Bad Gateway", ProblemError),
        (503, "", "Service Unavailable", UnavailableError),
        (599, "[]", "Status 599", ProblemError),
        (204, "", "No Content", ProblemError),
        (400, '{"title": "x", "errors": "secret"}', "Bad Request", InvalidRequestError),
    ],
)
def test_a_response_of_a_gateway_is_a_problem_without_its_text(status, content, title, class_):
    headers = {"x-amzn-requestid": "gateway-1"}

    with pytest.raises(class_) as raised:
        check_status(whole(httpx.Response(status, text=content, headers=headers)))

    error = raised.value
    assert (error.type, error.title, error.status) == ("about:blank", title, status)
    assert error.request_id == "gateway-1"
    assert "secret" not in str(error)


def test_a_redirect_says_that_the_url_is_another_one():
    headers = {"location": "https://elsewhere.example.com/"}

    with pytest.raises(ProblemError, match="301 Moved Permanently: The URL leads to another one"):
        check_status(whole(httpx.Response(301, headers=headers)))


@pytest.mark.parametrize(
    ("value", "expected"), [("2", 2.0), ("0", 0.0), ("soon", None), ("-1", None), ("1.5", None)]
)
def test_retry_after_is_in_seconds(value, expected):
    response = problem(503, "overloaded")
    response.headers["retry-after"] = value

    with pytest.raises(UnavailableError) as raised:
        check_status(whole(response))

    assert raised.value.retry_after_s == expected


@pytest.mark.parametrize(("ahead_s", "least", "most"), [(60, 50, 60), (-60, 0, 0)])
def test_retry_after_may_be_a_time(ahead_s, least, most):
    moment = datetime.now(UTC) + timedelta(seconds=ahead_s)
    response = problem(503, "overloaded")
    response.headers["retry-after"] = format_datetime(moment, usegmt=True)

    with pytest.raises(UnavailableError) as raised:
        check_status(whole(response))

    assert least <= raised.value.retry_after_s <= most

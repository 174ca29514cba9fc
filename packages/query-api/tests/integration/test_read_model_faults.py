"""The errors of every implementation when DynamoDB fails."""

import json
import socket

import pytest

from query_api.exceptions import (
    DeadlineExceededError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model.deadline import DeadlineReadModel
from query_api.read_model.notification import Notification
from query_api.read_model.port import Page, RowQuery, Selection
from testing.fault_server import (
    encode_response,
    reset,
    respond,
    send,
    send_and_close,
    send_slowly,
    stay_silent,
)

QUERY = RowQuery(index=None, partitions=("u",), selection=Selection(limit=10))
DEADLINE_S = 1
ITEM = {
    "user_id": {"S": "u"},
    "notification_key": {"S": "0000000000001#tx"},
    "transaction_id": {"S": "tx"},
    "created_at": {"N": "1"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "SENT"},
    "platform": {"S": "IOS"},
    "version": {"S": "2024#1"},
}
BODY = json.dumps({"Items": [ITEM], "Count": 1, "ScannedCount": 1}, ensure_ascii=False).encode()
PAGE = Page(
    (
        Notification(
            user_id="u",
            transaction_id="tx",
            created_at=1,
            notification_title="新年快樂 🎉",
            status="SENT",
            platform="IOS",
        ),
    ),
    None,
)
WHOLE = encode_response(200, BODY)
WRONG_CHECKSUM = encode_response(200, BODY, x_amz_crc32="1")


def refuse(status, code):
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return respond(status, json.dumps(body).encode())


@pytest.fixture
def get_page(make_read_model_at, runner):
    """Query as the service does."""
    return lambda url: query_in_time(runner, make_read_model_at(url, deadline_s=DEADLINE_S))


@pytest.fixture(params=["dynamodb", "lambda"])
def get_page_ours(request, runner):
    make_at = request.getfixturevalue(f"make_{request.param}_at")
    return lambda url: query_in_time(runner, make_at(url, deadline_s=DEADLINE_S))


def query_in_time(runner, read_model):
    return runner.run(DeadlineReadModel(read_model, deadline_s=2 * DEADLINE_S).get_page(QUERY))


PASSING_FAULTS = [
    pytest.param(reset, id="reset"),
    pytest.param(send_and_close(b""), id="closed without a response"),
    pytest.param(send_and_close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), id="not HTTP"),
    pytest.param(refuse(500, "InternalServerError"), id="500"),
    pytest.param(respond(503, b"<html>busy</html>"), id="503 of a proxy"),
]
# boto3 decodes these after its last attempt: to no rows, or to wrong ones.
BROKEN_RESPONSES = [
    pytest.param(send_and_close(WHOLE[:-9]), id="half of a response"),
    pytest.param(send_and_close(WHOLE[:40]), id="half of a head"),
    pytest.param(send(WRONG_CHECKSUM), id="wrong checksum"),
    pytest.param(respond(200, b"<html>"), id="not JSON"),
    pytest.param(respond(200, b'{"Count": 1}'), id="not a response to a Query"),
]


@pytest.mark.parametrize("fault", PASSING_FAULTS)
def test_a_passing_fault_is_retried(get_page, faults, fault):
    faults.acts = [fault, fault, respond(200, BODY)]

    assert get_page(faults.url) == PAGE


@pytest.mark.parametrize("fault", PASSING_FAULTS)
def test_a_lasting_fault_is_unavailable_after_three_attempts(get_page, faults, fault):
    faults.acts = [fault]

    with pytest.raises(UnavailableError):
        get_page(faults.url)

    assert len(faults.requests) == 3


@pytest.mark.parametrize("fault", BROKEN_RESPONSES)
def test_a_broken_response_is_retried(get_page_ours, faults, fault):
    faults.acts = [fault, fault, respond(200, BODY)]

    assert get_page_ours(faults.url) == PAGE


@pytest.mark.parametrize("fault", BROKEN_RESPONSES)
def test_a_broken_response_is_never_decoded(get_page_ours, faults, fault):
    faults.acts = [fault]

    with pytest.raises(UnavailableError):
        get_page_ours(faults.url)

    assert len(faults.requests) == 3


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ProvisionedThroughputExceededException"),
        (400, "RequestLimitExceeded"),
        (400, "ThrottlingException"),
    ],
)
def test_a_throttled_query_is_not_retried(get_page, faults, status, code):
    faults.acts = [refuse(status, code)]

    with pytest.raises(ThrottledError):
        get_page(faults.url)

    assert len(faults.requests) == 1


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ExpiredTokenException",
        "InvalidSignatureException",  # if the clock is wrong
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ValidationException",
    ],
)
def test_a_refused_query_is_not_retried(get_page, faults, code):
    faults.acts = [refuse(400, code)]

    with pytest.raises(RefusedError) as caught:
        get_page(faults.url)

    assert caught.value.code == code
    assert len(faults.requests) == 1


def test_the_code_of_a_proxys_refusal_is_its_status(get_page, faults):
    faults.acts = [respond(403, b"<html>no</html>")]

    with pytest.raises(RefusedError) as caught:
        get_page(faults.url)

    assert caught.value.code == "403"


@pytest.mark.parametrize("fault", [stay_silent, send_slowly(WHOLE)], ids=["silence", "slow bytes"])
def test_a_response_that_takes_too_long_exceeds_the_deadline(get_page, faults, fault):
    faults.acts = [fault]

    with pytest.raises(DeadlineExceededError):
        get_page(faults.url)


def test_an_endpoint_without_a_listener_is_unavailable(get_page):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(UnavailableError):
        get_page(url)


def test_a_missing_table_is_refused(get_page, emulator_url):
    with pytest.raises(RefusedError) as caught:
        get_page(emulator_url)

    assert caught.value.code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param([send_and_close(WHOLE)], id="while idle"),
        pytest.param([respond(200, BODY), send_and_close(b"")], id="as it is used again"),
        pytest.param([respond(200, BODY), reset], id="by a reset as it is used again"),
        pytest.param([respond(200, BODY, connection="close")], id="as announced"),
    ],
)
def test_a_closed_connection_does_not_fail_the_next_query(
    make_read_model_at, runner, faults, closing
):
    faults.acts = [*closing, respond(200, BODY)]
    read_model = make_read_model_at(faults.url, deadline_s=DEADLINE_S)

    pages = [runner.run(read_model.get_page(QUERY)) for _ in range(3)]

    assert pages == [PAGE] * 3


def test_one_connection_serves_one_query_after_another(make_read_model_at, runner, faults):
    faults.acts = [respond(200, BODY)]
    read_model = make_read_model_at(faults.url, deadline_s=DEADLINE_S)

    for _ in range(5):
        runner.run(read_model.get_page(QUERY))

    assert len(faults.requests) == 5
    assert faults.connections == 1

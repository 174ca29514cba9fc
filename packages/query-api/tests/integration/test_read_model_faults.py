"""The errors of every implementation when its backend fails."""

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
from testing.fault_server import (
    encode_response,
    reset,
    respond,
    send,
    send_and_close,
    send_slowly,
    stay_silent,
)

from ..support.backends import DYNAMODB_BODY, LAMBDA_BODY, PAGE, QUERY, Backend

DEADLINE_S = 20
"""Long, so that a machine that pauses for a second does not end a query."""
SHORT_DEADLINE_S = 1
"""Of a query that must exceed it."""
# DynamoDB fails; for "invoking", Lambda itself.
BODIES = {
    "boto3": DYNAMODB_BODY,
    "dynamodb": DYNAMODB_BODY,
    "lambda": DYNAMODB_BODY,
    "invoking": LAMBDA_BODY,
}
# boto3 behaves differently in these cases.
ours = pytest.mark.parametrize(
    "backend", [name for name in BODIES if name != "boto3"], indirect=True
)


def refuse(status, code):
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"}
    return respond(status, json.dumps(body).encode())


@pytest.fixture(params=BODIES)
def backend(request):
    make_at = request.getfixturevalue(f"make_{request.param}_at")
    return Backend(make_at, BODIES[request.param])


@pytest.fixture
def get_page(backend, runner):
    """Query as the service does."""

    def get_page_at(url, deadline_s=DEADLINE_S):
        read_model = backend.make_at(url, deadline_s=deadline_s)
        bounded = DeadlineReadModel(read_model, deadline_s=2 * deadline_s)
        return runner.run(bounded.get_page(QUERY))

    return get_page_at


PASSING_FAULTS = [
    pytest.param(reset, id="reset"),
    pytest.param(send_and_close(b""), id="closed without a response"),
    pytest.param(send_and_close(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), id="not HTTP"),
    pytest.param(refuse(500, "InternalServerError"), id="500"),
    pytest.param(respond(502, b"<html>bad gateway</html>"), id="502 of a proxy"),
    pytest.param(respond(503, b"<html>busy</html>"), id="503 of a proxy"),
]


@pytest.mark.parametrize("fault", PASSING_FAULTS)
def test_a_passing_fault_is_retried(get_page, backend, faults, fault):
    faults.acts = [fault, fault, respond(200, backend.body)]

    assert get_page(faults.url) == PAGE


@pytest.mark.parametrize("fault", PASSING_FAULTS)
def test_a_lasting_fault_is_unavailable_after_three_attempts(get_page, faults, fault):
    faults.acts = [fault]

    with pytest.raises(UnavailableError):
        get_page(faults.url)

    assert len(faults.requests) == 3


def cut(body, end):
    return send_and_close(encode_response(200, body)[:end])


UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"
DEEP = b"[" * 100_000
# Each makes its act from the body of a right response.
BROKEN_RESPONSES = {
    "half of a response": lambda body: cut(body, -9),
    "half of a head": lambda body: cut(body, 40),
    "wrong checksum": lambda body: respond(200, body, x_amz_crc32="1"),
    "length too small": lambda body: respond(200, body, content_length=f"{len(body) - 9}"),
    "length too large": lambda body: send_and_close(
        encode_response(200, body, content_length=f"{len(body) + 9}")
    ),
    "two lengths": lambda body: respond(200, body, transfer_encoding="chunked"),
    "another protocol": lambda body: send(UPGRADE + encode_response(200, body)),
    "no body": lambda _: respond(200, b""),
    "HTML": lambda _: respond(200, b"<html>"),
    "other JSON": lambda _: respond(200, b'{"Count": 1}'),
    "not UTF-8": lambda body: respond(200, body.replace(b"SENT", b"\xff")),
    "100,000 brackets": lambda _: respond(200, DEEP),
    "100,000 brackets in a field": lambda _: respond(200, b'{"other": ' + DEEP),
    "9 MB": lambda _: respond(200, b"9" * 9_000_000),
    "rows of another user": lambda body: respond(200, body.replace(b'"u"', b'"another"')),
}


@ours
@pytest.mark.parametrize("broken", BROKEN_RESPONSES)
def test_a_broken_response_is_retried(get_page, backend, faults, broken):
    fault = BROKEN_RESPONSES[broken](backend.body)
    faults.acts = [fault, fault, respond(200, backend.body)]

    assert get_page(faults.url) == PAGE


@ours
@pytest.mark.parametrize("broken", BROKEN_RESPONSES)
def test_a_broken_response_is_never_decoded(get_page, backend, faults, broken):
    faults.acts = [BROKEN_RESPONSES[broken](backend.body)]

    with pytest.raises(UnavailableError):
        get_page(faults.url)

    assert len(faults.requests) == 3


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"],
)
def test_a_throttled_query_is_not_retried(get_page, faults, code):
    faults.acts = [refuse(400, code)]

    with pytest.raises(ThrottledError):
        get_page(faults.url)

    assert len(faults.requests) == 1


@ours
@pytest.mark.parametrize(
    "fault",
    [respond(429, b"<html>slow down</html>"), refuse(429, "TooManyRequestsException")],
    ids=["of a proxy", "of AWS"],
)
def test_a_query_with_status_429_is_throttled(get_page, faults, fault):
    faults.acts = [fault]

    with pytest.raises(ThrottledError):
        get_page(faults.url)

    assert len(faults.requests) == 1


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"]
)
def test_a_refused_query_is_not_retried(get_page, faults, code):
    faults.acts = [refuse(400, code)]

    with pytest.raises(RefusedError) as caught:
        get_page(faults.url)

    assert caught.value.code == code
    assert len(faults.requests) == 1


EXPIRED_CODES = [
    "ExpiredTokenException",
    "InvalidSignatureException",  # also if the clock is wrong
    "UnrecognizedClientException",
]


@ours
@pytest.mark.parametrize("code", EXPIRED_CODES)
def test_a_query_with_expired_credentials_is_retried_once(get_page, backend, faults, code):
    faults.acts = [refuse(400, code), respond(200, backend.body)]

    assert get_page(faults.url) == PAGE


@ours
@pytest.mark.parametrize("code", EXPIRED_CODES)
def test_credentials_that_stay_expired_are_unavailable(get_page, faults, code):
    faults.acts = [refuse(400, code)]

    with pytest.raises(UnavailableError):
        get_page(faults.url)

    assert len(faults.requests) == 2


def test_the_code_of_a_proxys_refusal_is_its_status(get_page, faults):
    faults.acts = [respond(403, b"<html>no</html>")]

    with pytest.raises(RefusedError) as caught:
        get_page(faults.url)

    assert caught.value.code == "403"


@ours
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(get_page, faults, status):
    faults.acts = [respond(status, b"", location=f"{faults.url}/elsewhere")]

    with pytest.raises(RefusedError) as caught:
        get_page(faults.url)

    assert caught.value.code == str(status)
    assert len(faults.requests) == 1


@pytest.mark.parametrize("is_silent", [True, False], ids=["silence", "slow bytes"])
def test_a_response_that_takes_too_long_exceeds_the_deadline(get_page, backend, faults, is_silent):
    faults.acts = [stay_silent if is_silent else send_slowly(encode_response(200, backend.body))]

    with pytest.raises(DeadlineExceededError):
        get_page(faults.url, SHORT_DEADLINE_S)


def test_an_endpoint_without_a_listener_is_unavailable(get_page):
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

    with pytest.raises(UnavailableError):
        get_page(url)


@pytest.mark.parametrize("backend", ["boto3", "dynamodb", "lambda"], indirect=True)
def test_a_missing_table_is_refused(get_page, emulator_url):
    with pytest.raises(RefusedError) as caught:
        get_page(emulator_url)

    assert caught.value.code == "ResourceNotFoundException"


@pytest.mark.parametrize(
    "closing",
    [
        pytest.param(lambda body: [send_and_close(encode_response(200, body))], id="while idle"),
        pytest.param(
            lambda body: [respond(200, body), send_and_close(b"")], id="as it is used again"
        ),
        pytest.param(lambda body: [respond(200, body), reset], id="by a reset as it is used again"),
        pytest.param(lambda body: [respond(200, body, connection="close")], id="as announced"),
    ],
)
def test_a_closed_connection_does_not_fail_the_next_query(backend, runner, faults, closing):
    faults.acts = [*closing(backend.body), respond(200, backend.body)]
    read_model = backend.make_at(faults.url, deadline_s=DEADLINE_S)

    pages = [runner.run(read_model.get_page(QUERY)) for _ in range(3)]

    assert pages == [PAGE] * 3


INTERIM = b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"


@ours
@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda body: INTERIM + encode_response(200, body), id="interim response"),
        pytest.param(
            lambda body: b"HTTP/1.1 100 Continue\r\n\r\n" + INTERIM + encode_response(200, body),
            id="two interim responses",
        ),
        pytest.param(lambda body: encode_response(200, body) * 2, id="the response twice"),
        pytest.param(lambda body: encode_response(200, body) + INTERIM, id="interim one behind"),
    ],
)
def test_further_responses_do_not_fail_any_query(backend, runner, faults, encode):
    faults.acts = [send(encode(backend.body))]
    read_model = backend.make_at(faults.url, deadline_s=DEADLINE_S)

    pages = [runner.run(read_model.get_page(QUERY)) for _ in range(3)]

    assert pages == [PAGE] * 3


@ours
def test_a_response_may_end_with_its_connection(get_page, backend, faults):
    faults.acts = [send_and_close(b"HTTP/1.1 200 OK\r\n\r\n" + backend.body)]

    assert get_page(faults.url) == PAGE


def test_one_connection_serves_one_query_after_another(backend, runner, faults):
    faults.acts = [respond(200, backend.body)]
    read_model = backend.make_at(faults.url, deadline_s=DEADLINE_S)

    for _ in range(5):
        runner.run(read_model.get_page(QUERY))

    assert len(faults.requests) == 5
    assert faults.connections == 1

import json
import logging

import pytest

from query_api.exceptions import (
    DeadlineExceededError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)

SECRET = "s3cret-canary"  # noqa: S105 - a value to look for in responses, no password
VALID = {"user_id": "test_user_001"}


def get_problem(response, status, name):
    """Check what all problems have in common, and return this one."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["type"] == f"/problems/{name}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == response.headers["X-Request-Id"]
    assert ("errors" in problem) == (status == 400)
    assert SECRET not in response.text
    return problem


@pytest.fixture
def post(client):
    def send(content, path="/query/user", content_type="application/json"):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        return client.post(path, content=body, headers={"Content-Type": content_type})

    return send


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "The body is empty"),
        (b"{", "Invalid JSON: EOF while parsing an object at line 1 column 1"),
        (b'{"user_id": "s3cret-canary"', "Invalid JSON: EOF while parsing an object"),
        (b'{"user_id": s3cret-canary}', "Invalid JSON: expected value at line 1 column 13"),
        (b'{"user_id": "u"} {}', "Invalid JSON: trailing characters"),
        (b"[" * 16_000, "Invalid JSON: recursion limit exceeded"),
        (b'{"user_id": "\xff"}', "Invalid JSON: invalid unicode code point"),
        (b'{"user_id": "\\ud800"}', "Invalid JSON: unexpected end of hex escape"),
        (b'{"user_id": "u", "status": "\\udfff"}', "Invalid JSON: lone leading surrogate"),
        ('{"user_id": "u"}'.encode("utf-16"), "Invalid JSON: expected value"),
    ],
)
def test_a_body_that_is_not_json_is_malformed(post, body, detail):
    problem = get_problem(post(body), 400, "malformed-body")

    (error,) = problem["errors"]
    assert error["pointer"] == ""
    assert error["detail"].startswith(detail)


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({}, "/user_id", "Field required"),
        ({"user_id": ""}, "/user_id", "String should have at least 1 character"),
        (
            {"user_id": SECRET * 300},
            "/user_id",
            "String should have at most 2048 bytes in UTF-8",
        ),
        ({"user_id": 5}, "/user_id", "Input should be a valid string"),
        ({"user_id": None}, "/user_id", "Input should be a valid string"),
        ({"user_id": [SECRET]}, "/user_id", "Input should be a valid string"),
        (b'{"user_id": NaN}', "/user_id", "Input should be a valid string"),
        (VALID | {"user": SECRET}, "/user", "Unknown field"),
        (VALID | {"a/b~c": SECRET}, "/a~1b~0c", "Unknown field"),
        (VALID | {"limit": 0}, "/limit", "Input should be greater than or equal to 1"),
        (VALID | {"limit": 101}, "/limit", "Input should be less than or equal to 100"),
        (VALID | {"limit": "10"}, "/limit", "Input should be a valid integer"),
        (VALID | {"limit": 1.5}, "/limit", "Input should be a valid integer"),
        (VALID | {"limit": True}, "/limit", "Input should be a valid integer"),
        (b'{"user_id": "u", "limit": Infinity}', "/limit", "Input should be a valid integer"),
        (VALID | {"status": ""}, "/status", "String should have at least 1 character"),
        (VALID | {"status": []}, "/status", "List should have at least 1 item"),
        (VALID | {"ap_id": ["a"] * 11}, "/ap_id", "List should have at most 10 items"),
        (
            VALID | {"status": ["SENT", "LOST", "x", ""]},
            "/status/3",
            "String should have at least 1 character",
        ),
        (VALID | {"platform": ["IOS", None]}, "/platform/1", "Input should be a valid string"),
        (
            VALID | {"ap_id": {"value": SECRET}},
            "/ap_id",
            "Input should be a valid string or a list of strings",
        ),
        (VALID | {"marketing_id": ["c"]}, "/marketing_id", "Input should be a valid string"),
        (
            VALID | {"created_from": "2026-11-24T18:00:00"},
            "/created_from",
            "Input should have an offset, such as Z or +08:00",
        ),
        (
            VALID | {"created_to": "2026-11-24 18:00"},
            "/created_to",
            "Input should be a date and time such as 2026-11-24T18:00:00+08:00",
        ),
        (
            VALID | {"created_to": "1969-12-31T23:59:59Z"},
            "/created_to",
            "Input should be in the years 1970 to 2286",
        ),
        (
            VALID | {"created_from": 1e12},
            "/created_from",
            "Input should be an integer or a date and time of RFC 3339",
        ),
        (
            VALID
            | {
                "created_from": "2026-11-24T18:00:00+08:00",
                "created_to": "2026-11-24T10:00:00Z",
            },
            "/created_to",
            "Input should be greater than created_from",
        ),
        (VALID | {"cursor": 5}, "/cursor", "Input should be a valid string"),
        (
            VALID | {"created_from": -1},
            "/created_from",
            "Input should be in the years 1970 to 2286",
        ),
        (
            VALID | {"created_to": 10**13},
            "/created_to",
            "Input should be in the years 1970 to 2286",
        ),
        (
            VALID | {"created_from": 1_750_003_600},
            "/created_from",
            "Input should be in milliseconds since the epoch, and looks like seconds",
        ),
        (
            VALID | {"created_to": 10**11 - 1},
            "/created_to",
            "Input should be in milliseconds since the epoch, and looks like seconds",
        ),
        (
            VALID | {"created_from": 10**11, "created_to": 10**11},
            "/created_to",
            "Input should be greater than created_from",
        ),
        (b'{"user_id": "a", "user_id": "b"}', "/user_id", "Duplicate field"),
        (b'{"user_id": "a", "status": "SENT", "status": null}', "/status", "Duplicate field"),
        (b'{"user_id": "a", "limit": 5, "\\u006cimit": 5}', "/limit", "Duplicate field"),
        (b'{"user_id": {"a": 1}, "user_id": "b"}', "/user_id", "Duplicate field"),
        (b'{"user_id": "a", "ap_id": "x", "ap_id": ["y"]}', "/ap_id", "Duplicate field"),
        (
            b'{"created_to": "2026-11-24T18:00:00Z", "user_id": "a", "user_id": "b"}',
            "/user_id",
            "Duplicate field",
        ),
        ([VALID], "", "The body should be a JSON object"),
        (b"null", "", "The body should be a JSON object"),
        (b"NaN", "", "The body should be a JSON object"),
    ],
)
def test_an_invalid_body_has_a_pointer_and_a_reason(post, body, pointer, detail):
    problem = get_problem(post(body), 400, "invalid-request")

    assert problem["errors"] == [{"pointer": pointer, "detail": detail}]


def test_all_faults_are_reported_at_once(post):
    problem = get_problem(post({"limit": 0, "limmit": 5, "status": 7}), 400, "invalid-request")

    assert {error["pointer"] for error in problem["errors"]} == {
        "/user_id",
        "/limit",
        "/limmit",
        "/status",
    }


def test_the_number_of_reported_faults_is_limited(post):
    response = post({f"f{number}": 0 for number in range(1000)})

    assert len(get_problem(response, 400, "invalid-request")["errors"]) == 100


def test_the_name_of_an_unknown_field_is_cut_to_a_limit(post):
    response = post(VALID | {"~" * 5000: 0})

    problem = get_problem(response, 400, "invalid-request")
    assert problem["errors"] == [{"pointer": f"/{'~0' * 64}…", "detail": "Unknown field"}]


def test_the_status_of_failures_cannot_be_chosen(post):
    response = post({"transaction_id": "tx_001", "status": "SENT"}, path="/query/fail")

    problem = get_problem(response, 400, "invalid-request")
    assert problem["errors"] == [{"pointer": "/status", "detail": "Unknown field"}]


def test_a_forged_cursor_is_refused(post):
    problem = get_problem(post(VALID | {"cursor": SECRET}), 400, "invalid-cursor")

    assert problem["errors"] == [{"pointer": "/cursor", "detail": "Not a cursor of this service"}]


def test_an_encoded_body_is_unsupported(client):
    response = client.post("/query/user", json=VALID, headers={"Content-Encoding": "gzip"})

    get_problem(response, 415, "unsupported-content-encoding")
    assert response.headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonp", "json", "a/b;c=/"],
)
def test_another_content_type_is_unsupported(post, content_type):
    response = post(VALID, content_type=content_type)

    get_problem(response, 415, "unsupported-media-type")
    assert "Accept-Encoding" not in response.headers  # only an encoding would be refused with it


def test_a_body_of_16_kib_is_read(post):
    body = json.dumps(VALID).encode().ljust(16 * 1024)

    assert post(body).status_code == 200


def test_a_larger_body_is_refused(post):
    body = json.dumps(VALID).encode().ljust(16 * 1024 + 1)

    get_problem(post(body), 413, "body-too-large")


def test_a_larger_body_without_content_length_is_refused(client):
    chunks = (b"x" * 4096 for _ in range(5))

    response = client.post(
        "/query/user", content=chunks, headers={"Content-Type": "application/json"}
    )

    get_problem(response, 413, "body-too-large")


@pytest.mark.parametrize("path", ["/query", "/query/nobody", "/v2", "/v2/health", "/%00"])
def test_an_unknown_path_is_not_found(client, path):
    get_problem(client.get(path), 404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/query/user", {"POST"}),
        ("DELETE", "/v1/query/fail", {"POST"}),
        ("GET", "/query/failure", {"POST", "OPTIONS"}),
        ("POST", "/health", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_another_method_is_refused_with_the_allowed_ones(client, method, path, allowed):
    response = client.request(method, path)

    get_problem(response, 405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed


def test_invalid_headers_are_a_bad_request(client):
    response = client.get("/health", headers={"Host": "a b"})

    assert get_problem(response, 400, "bad-request")["errors"] == []


@pytest.mark.parametrize(
    ("failure", "status", "name", "retry_after"),
    [
        (ThrottledError("x"), 503, "throttled", "1"),
        (UnavailableError("x"), 503, "unavailable", "1"),
        (DeadlineExceededError("x"), 504, "deadline-exceeded", None),
        (RefusedError("ResourceNotFoundException"), 500, "internal-error", None),
        (ValueError(SECRET), 500, "internal-error", None),
        (KeyError(SECRET), 500, "internal-error", None),
    ],
)
def test_the_problem_of_a_failure_has_nothing_internal(
    post, read_model, failure, status, name, retry_after
):
    read_model.failure = failure

    response = post(VALID)

    get_problem(response, status, name)
    assert response.headers.get("Retry-After") == retry_after
    for internal in ("ResourceNotFound", "Error", "Traceback", "notification-records", ".py"):
        assert internal not in response.text


def test_a_failure_is_logged_with_its_place_and_without_values(post, read_model, caplog):
    read_model.failure = ValueError(SECRET)

    with caplog.at_level(logging.INFO):
        request_id = post(VALID).headers["X-Request-Id"]

    (record,) = (each for each in caplog.records if each.name.startswith("query_api"))
    assert request_id in record.getMessage()
    assert "ValueError" in record.getMessage()
    assert "get_page" in record.getMessage()
    assert SECRET not in caplog.text
    assert VALID["user_id"] not in caplog.text


def test_the_reason_of_the_services_own_errors_is_logged(post, read_model, caplog):
    read_model.failure = RefusedError("ResourceNotFoundException")

    post(VALID)

    assert "ResourceNotFoundException" in caplog.text


def test_a_callers_mistake_is_not_logged(post, caplog):
    with caplog.at_level(logging.INFO):
        post(b"{")

    assert [each for each in caplog.records if each.name.startswith("query_api")] == []

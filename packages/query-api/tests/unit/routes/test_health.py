import pytest

from query_api.exceptions import (
    DeadlineExceededError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
def test_liveness_does_not_depend_on_the_read_model(client, read_model, path):
    read_model.failure = UnavailableError("down")

    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert read_model.queries == []


@pytest.mark.parametrize("path", ["/health/ready", "/v1/health/ready"])
def test_the_service_is_ready_if_the_read_model_responds(client, read_model, path):
    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ready"})
    (query,) = read_model.queries
    assert query.index is None
    assert query.selection.limit == 1


@pytest.mark.parametrize(
    ("failure", "status", "title", "retry_after"),
    [
        (RefusedError("ResourceNotFoundException"), 503, "Not ready", "10"),
        (RefusedError("AccessDeniedException"), 503, "Not ready", "10"),
        (UnavailableError("down"), 503, "Unavailable", "1"),
        (ThrottledError("busy"), 503, "Throttled", "1"),
        (DeadlineExceededError("slow"), 504, "Deadline exceeded", None),
    ],
)
def test_the_service_is_not_ready_if_the_read_model_fails(
    client, read_model, failure, status, title, retry_after
):
    read_model.failure = failure

    response = client.get("/health/ready")

    assert (response.status_code, response.json()["title"]) == (status, title)
    assert response.headers.get("Retry-After") == retry_after
    assert "Exception" not in response.text


def test_the_reason_for_not_being_ready_is_logged(client, read_model, caplog):
    read_model.failure = RefusedError("AccessDeniedException")

    client.get("/health/ready")

    assert "AccessDeniedException" in caplog.text

from datetime import UTC, datetime

import pytest

from query_api.routes.legacy import LEGACY_PATHS

VALID = {"transaction_id": "tx_001"}


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/query/failure", "fail"),
        ("/query/failures", "fail"),
        ("/query/failed", "fail"),
        ("/failed", "query/fail"),
        ("/v1/query/failure", "fail"),
        ("/v1/failed", "query/fail"),
    ],
)
def test_a_legacy_path_redirects_to_its_successor_under_any_prefix(client, path, location):
    response = client.post(path, json=VALID, follow_redirects=False)

    assert (response.status_code, response.content) == (308, b"")
    assert response.headers["Location"] == location
    assert response.headers["Link"] == f'<{location}>; rel="successor-version"'
    assert response.headers["X-Request-Id"]


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("path", LEGACY_PATHS)
def test_a_client_that_follows_the_redirect_gets_the_page(
    client, read_model, make_row, prefix, path
):
    read_model.records = [make_row(status="FAILED").record]

    response = client.post(prefix + path, json=VALID)

    assert response.url.path == f"{prefix}/query/fail"
    assert response.json()["total_count"] == 1


def test_the_deprecation_is_a_date(client):
    response = client.post("/query/failed", json=VALID, follow_redirects=False)

    deprecated_at = datetime.fromtimestamp(int(response.headers["Deprecation"][1:]), UTC)
    assert response.headers["Deprecation"].startswith("@")
    assert deprecated_at.isoformat() == "2026-11-01T00:00:00+00:00"


def test_a_body_that_is_too_large_is_refused_before_the_redirect(client):
    response = client.post("/query/failed", content=b" " * 16_385, follow_redirects=False)

    assert response.status_code == 413


def test_other_methods_are_not_allowed(client):
    assert client.get("/query/failure").status_code == 405

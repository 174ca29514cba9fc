import pytest
from litestar.testing import TestClient

HOST = "http://testserver.local"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/query/user/"),
        ("POST", "/query//user"),
        ("POST", "//query//user"),
        ("POST", "/query%2Fuser"),
        ("POST", "/query%2fuser"),
        ("POST", "/%71uery/user"),
        ("POST", "/QUERY/user"),
        ("POST", "/v1/query/user/"),
        ("POST", "/v1//query/user"),
        ("POST", "/v1/v1/query/user"),
        ("POST", "/query/failed/"),
        ("GET", "/query/user/"),
        ("GET", "/docs/"),
        ("GET", "/docs//page.css"),
        ("GET", "/docs/page%2Ecss"),
        ("GET", "/health/"),
        ("HEAD", "//health"),
        ("OPTIONS", "/health/"),
        ("GET", "//"),
        ("GET", "/v1//"),
        ("GET", "/v1%2F"),
    ],
)
def test_a_path_has_no_other_spelling(client, read_model, method, path):
    response = client.request(method, HOST + path, follow_redirects=False)

    assert response.status_code == 404
    if method != "HEAD":
        assert response.json()["type"] == "/problems/not-found"
    assert response.headers["X-Request-Id"]
    assert read_model.queries == []


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/"])
def test_the_start_page_may_have_the_slash_of_its_prefix(client, path):
    assert client.get(path, follow_redirects=False).status_code == 307


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/team/health", 200),
        ("/team/v1/health", 200),
        ("/team/", 307),
        ("/team/v1/", 307),
        ("/team/health/", 404),
        ("/team//health", 404),
        ("/other/team/health", 404),
    ],
)
def test_a_path_has_one_spelling_below_a_root_path(service, path, status):
    with TestClient(service, root_path="/team") as client:
        response = client.get(path, follow_redirects=False)

    assert response.status_code == status

import re

import pytest

MADE_HERE = re.compile(r"[0-9a-f]{32}")


@pytest.mark.parametrize(
    "request_id",
    ["1", "Root=1-67891233-abcdef012345678912345678;Sampled=1", "a/b+c@d:e_f.g-h", "x" * 128],
)
def test_a_well_formed_id_of_the_caller_is_returned(client, request_id):
    response = client.get("/health", headers={"X-Request-Id": request_id})

    assert response.headers["X-Request-Id"] == request_id


@pytest.mark.parametrize("request_id", ["", "a b", "x" * 129, "<script>", 'a"b', "é".encode()])
def test_any_other_id_is_replaced(client, request_id):
    response = client.get("/health", headers={"X-Request-Id": request_id})

    assert MADE_HERE.fullmatch(response.headers["X-Request-Id"])


def test_a_request_without_an_id_gets_a_new_one(client):
    ids = {client.get("/health").headers["X-Request-Id"] for _ in range(3)}

    assert len(ids) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/health"),
        ("GET", "/no/such/path"),
        ("GET", "/query/user"),
        ("OPTIONS", "/query/user"),
        ("POST", "/query/user"),
        ("GET", "/openapi.json"),
    ],
)
def test_every_response_has_the_id(client, method, path):
    response = client.request(method, path, headers={"X-Request-Id": "mine"})

    assert response.headers.get_list("X-Request-Id") == ["mine"]


def test_the_problem_and_the_header_have_the_same_id(client):
    response = client.get("/no/such/path")

    assert response.json()["request_id"] == response.headers["X-Request-Id"]

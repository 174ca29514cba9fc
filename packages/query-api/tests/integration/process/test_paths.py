"""Methods and paths as the server passes them on."""

from contextlib import closing
from http.client import HTTPConnection

import pytest


@pytest.fixture
def connection(start_service):
    """A connection that sends paths unchanged."""
    with closing(HTTPConnection("127.0.0.1", start_service().port, timeout=30)) as opened:
        yield opened


def test_a_response_to_head_has_no_body_before_the_next_response(connection):
    connection.request("HEAD", "/health")
    head = connection.getresponse()
    head.read()

    connection.request("GET", "/health")
    get = connection.getresponse()

    assert (head.status, get.status) == (200, 200)
    assert head.headers["Content-Length"] == get.headers["Content-Length"] == str(len(get.read()))


@pytest.mark.parametrize("path", ["//query//user", "/query%2Fuser", "/query/user/", "/v1//health"])
def test_another_spelling_of_a_path_is_not_found(connection, path):
    headers = {"Content-Type": "application/json"}

    connection.request("POST", path, b'{"user_id": "u"}', headers)

    assert connection.getresponse().status == 404

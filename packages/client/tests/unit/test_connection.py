import time
from importlib.metadata import version

import httpx
import pytest

from notification_client import ConnectionFailedError, InvalidResponseError, NotificationClient
from notification_client.connection import Content, complete_options, translated_errors

from ..support.fake_service import FakeService, page


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1",
        "https://api.example.com/v1/",
        "http://127.0.0.1:8000",
        "http://[::1]/",
    ],
)
def test_the_url_may_have_a_prefix_and_a_slash_at_its_end(url):
    service = FakeService(page())

    list(NotificationClient(url, transport=service.transport()).user("u_1"))

    prefix = "/v1" if "v1" in url else ""
    assert [path for path, _ in service.requests] == [f"{prefix}/query/user"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "//api.example.com",
        "ftp://x",
        "https://",
        "http://h:99999",
        "http://h/?a=b",
        "http://h/#x",
    ],
)
def test_a_url_of_no_api_is_refused(url):
    with pytest.raises(ValueError, match=r"the URL of the API is http:// or https://"):
        NotificationClient(url)


def test_requests_name_the_client_and_have_the_headers_of_the_caller():
    service = FakeService(page())
    client = NotificationClient(
        "http://h", transport=service.transport(), headers={"x-apigw-api-id": "abc"}
    )

    list(client.user("u_1"))

    headers = service.sent[0].headers
    assert headers["user-agent"] == f"notification-client/{version('notification-client')}"
    assert headers["x-apigw-api-id"] == "abc"
    assert headers["content-type"] == "application/json"


def test_options_of_the_caller_replace_the_defaults():
    options = complete_options("http://h", {"timeout": 3, "headers": {"User-Agent": "mine"}})

    assert options["timeout"] == 3
    assert options["headers"].get_list("user-agent") == ["mine"]


def test_a_response_that_is_not_whole_in_time_is_given_up():
    content = Content(time.monotonic() - 1)

    with pytest.raises(ConnectionFailedError, match="in time"):
        content.add(b"x")


def test_a_response_that_is_too_large_is_given_up():
    content = Content(time.monotonic() + 60)
    content.add(bytes(64 * 1024 * 1024))

    with pytest.raises(InvalidResponseError, match="more than"):
        content.add(b"x")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (httpx.ConnectError("[Errno 111] refused"), "ConnectError: [Errno 111] refused"),
        (httpx.ReadTimeout(""), "ReadTimeout"),
    ],
)
def test_the_reason_of_a_lost_connection_is_kept(error, text):
    with pytest.raises(ConnectionFailedError) as raised, translated_errors():
        raise error

    assert str(raised.value) == text


def test_other_errors_pass():
    with pytest.raises(KeyError), translated_errors():
        raise KeyError

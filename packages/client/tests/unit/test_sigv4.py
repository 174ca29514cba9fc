"""The signature is computed again here, from AWS's description of it."""

import asyncio
import hashlib
import hmac
import re

import botocore.session
import httpx
import pytest
from botocore.credentials import Credentials

from notification_client import AsyncNotificationClient, CredentialsError, NotificationClient
from notification_client.sigv4 import SigV4Auth

from ..support.fake_service import FakeService, page

REGION = "ap-southeast-1"
KEY_ID = "unchecked"
URL = "https://abc.execute-api.ap-southeast-1.amazonaws.com/v1"


class FakeSession:
    """Has these credentials."""

    def __init__(self, credentials):
        self._credentials = credentials

    def get_credentials(self):
        return self._credentials


@pytest.fixture
def auth():
    return SigV4Auth(REGION, FakeSession(Credentials(KEY_ID, "unchecked", "session")))


def expect_signature(headers, body):
    """Compute the signature of a POST to /v1/query/user."""
    signed = ("content-type", "host", "x-amz-date", "x-amz-security-token")
    canonical = "\n".join(
        (
            "POST",
            "/v1/query/user",
            "",
            *(f"{name}:{headers[name]}" for name in signed),
            "",
            ";".join(signed),
            hashlib.sha256(body).hexdigest(),
        )
    )
    time = headers["x-amz-date"]
    scope = f"{time[:8]}/{REGION}/execute-api/aws4_request"
    text = "\n".join(
        ("AWS4-HMAC-SHA256", time, scope, hashlib.sha256(canonical.encode()).hexdigest())
    )
    key = b"AWS4unchecked"
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    return key.hex()


def assert_signed(request):
    headers = request.headers
    found = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=unchecked/\d{8}/ap-southeast-1/execute-api/aws4_request, "
        r"SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature=(\w{64})",
        headers["authorization"],
    )
    assert found[1] == expect_signature(headers, request.content)
    assert headers["x-amz-security-token"] == "session"


def test_a_request_is_signed(auth):
    service = FakeService(page())

    list(NotificationClient(URL, auth=auth, transport=service.transport()).user("使用者"))

    (request,) = service.sent
    assert_signed(request)


def test_a_request_without_a_body_is_signed(auth):
    request = next(auth.sync_auth_flow(httpx.Request("GET", f"{URL}/health")))

    assert "SignedHeaders=host;x-amz-date;x-amz-security-token," in request.headers["authorization"]


def test_a_request_of_the_asynchronous_client_is_signed(auth):
    service = FakeService(page())

    async def run():
        async with AsyncNotificationClient(URL, auth=auth, transport=service.transport()) as client:
            return [each async for each in client.user("使用者")]

    asyncio.run(run())

    (request,) = service.sent
    assert_signed(request)


def test_without_credentials_no_request_is_sent():
    service = FakeService()
    client = NotificationClient(
        URL, auth=SigV4Auth(REGION, FakeSession(None)), transport=service.transport()
    )

    with pytest.raises(CredentialsError, match="no AWS credentials were found"):
        list(client.user("u_1"))

    assert service.sent == []


def test_credentials_that_cannot_be_read_are_an_error_of_the_client(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")
    client = NotificationClient(URL, auth=SigV4Auth(REGION, botocore.session.Session()))

    with pytest.raises(CredentialsError, match="AWS credentials: ProfileNotFound"):
        list(client.user("u_1"))

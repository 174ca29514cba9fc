import asyncio
import json
import ssl

import pytest
import trustme

from notification_client import AsyncNotificationClient, NotificationClient, RetryPolicy
from testing.fault_server import encode_response, run_fault_server

PAGE = json.dumps({"success": True, "data": [], "message": "ok", "next_cursor": None}).encode()


@pytest.fixture
def server():
    with run_fault_server() as server:
        yield server


@pytest.fixture(scope="session")
def authority():
    return trustme.CA()


@pytest.fixture
def tls_server(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with run_fault_server(context) as server:
        yield server


def find_sync(url, options):
    with NotificationClient(url, **options) as client:
        return [page.message for page in client.user("u_1").pages()]


def find_async(url, options):
    async def run():
        async with AsyncNotificationClient(url, **options) as client:
            return [page.message async for page in client.user("u_1").pages()]

    return asyncio.run(run())


@pytest.fixture(params=[find_sync, find_async])
def find(request):
    """Find the messages of a user's pages, with either client."""

    def run(url, attempts=4, within_s=20, **options):
        policy = RetryPolicy(attempts=attempts, within_s=within_s)
        return request.param(url, {"retry_policy": policy, "trust_env": False, **options})

    return run


@pytest.fixture
def encoded_page():
    return encode_response(200, PAGE, content_type="application/json")

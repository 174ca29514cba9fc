import asyncio
from collections import defaultdict
from time import monotonic

import pytest

from aws_client.client import AwsClient, ClientOptions, RetryPolicy
from aws_client.configuration import Endpoint
from aws_client.connection import HttpResponse
from aws_client.connection_pool import Origin
from aws_client.credentials import Credentials, StaticCredentials
from aws_client.errors import (
    ConnectionFailedError,
    DeadlineExceededError,
    ExpiredCredentialsError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from aws_client.operations import QUERY

ENDPOINT = Endpoint(Origin("127.0.0.1", 1, None), "127.0.0.1:1", "")
OK = HttpResponse(200, {}, b"{}")
THROTTLED = HttpResponse(400, {}, b'{"__type": "ThrottlingException"}')
REFUSED = HttpResponse(400, {}, b'{"__type": "AccessDeniedException"}')
FAILED = HttpResponse(500, {}, b'{"__type": "InternalServerError"}')
REVOKED = HttpResponse(400, {}, b'{"__type": "ExpiredTokenException"}')
WRONG_CHECKSUM = HttpResponse(200, {b"x-amz-crc32": b"1"}, b"{}")


class FakePool:
    """Returns or raises the results in turn, the last one again and again."""

    def __init__(self, *results):
        self._results = list(results)
        self.exchanges = []

    async def exchange(self, request, timeout_s, *, on_new_connection=False):
        self.exchanges.append((request, timeout_s, on_new_connection))
        await asyncio.sleep(0)
        result = self._results.pop(0) if len(self._results) > 1 else self._results[0]
        if isinstance(result, Exception):
            raise result
        return result


class FakeCredentials:
    """Provides other credentials each time some are dropped."""

    def __init__(self):
        self.dropped = []

    async def get(self):
        return Credentials(f"key-{len(self.dropped)}", "secret")

    def drop(self, refused):
        self.dropped.append(refused.access_key)


@pytest.fixture
def make_client():
    def make(pool, credentials=None, *, attempts=3, **policy):
        defaults = {"first_delay_s": 0.001, "longest_delay_s": 0.01, "retries_throttled": False}
        options = ClientOptions(
            max_connections=1,
            connect_timeout_s=1,
            attempt_timeout_s=5,
            retry_policy=RetryPolicy(attempts=attempts, **defaults | policy),
            user_agent="test/1",
        )
        source = credentials or StaticCredentials(Credentials("key", "secret"))
        return AwsClient(ENDPOINT, "eu-west-1", source, pool, options)

    return make


def call(client):
    return asyncio.run(client.call(QUERY, b"{}", lambda response: response))


@pytest.mark.parametrize(
    "failure",
    [FAILED, WRONG_CHECKSUM, ConnectionFailedError("Reset"), DeadlineExceededError("Late")],
)
def test_a_passing_failure_is_retried(make_client, failure):
    pool = FakePool(failure, failure, OK)

    assert call(make_client(pool)) is OK
    assert len(pool.exchanges) == 3


@pytest.mark.parametrize(
    ("failure", "error"), [(FAILED, UnavailableError), (WRONG_CHECKSUM, UnavailableError)]
)
def test_a_lasting_failure_is_raised_after_the_last_attempt(make_client, failure, error):
    pool = FakePool(failure)

    with pytest.raises(error):
        call(make_client(pool, attempts=4))

    assert len(pool.exchanges) == 4


def test_a_refused_call_is_not_retried(make_client):
    pool = FakePool(REFUSED)

    with pytest.raises(RefusedError):
        call(make_client(pool))

    assert len(pool.exchanges) == 1


@pytest.mark.parametrize(("retries_throttled", "attempts"), [(False, 1), (True, 3)])
def test_the_policy_says_whether_a_throttled_call_is_retried(
    make_client, retries_throttled, attempts
):
    pool = FakePool(THROTTLED)

    with pytest.raises(ThrottledError):
        call(make_client(pool, retries_throttled=retries_throttled))

    assert len(pool.exchanges) == attempts


@pytest.mark.parametrize(
    ("failure", "on_new_connection"),
    [
        (FAILED, False),
        (WRONG_CHECKSUM, False),
        (ConnectionFailedError("Reset"), True),
        (DeadlineExceededError("Late"), True),
    ],
)
def test_only_a_failure_of_the_connection_opens_a_new_one(make_client, failure, on_new_connection):
    pool = FakePool(failure, OK)

    call(make_client(pool))

    assert [new for _, _, new in pool.exchanges] == [False, on_new_connection]


def test_refused_credentials_are_dropped_and_the_call_repeated_once(make_client):
    credentials = FakeCredentials()
    pool = FakePool(REVOKED, OK)

    assert call(make_client(pool, credentials, attempts=1)) is OK

    assert credentials.dropped == ["key-0"]
    first, second = (request for request, _, _ in pool.exchanges)
    assert b"Credential=key-0/" in first
    assert b"Credential=key-1/" in second


def test_credentials_that_are_refused_twice_are_an_error(make_client):
    credentials = FakeCredentials()
    pool = FakePool(REVOKED)

    with pytest.raises(ExpiredCredentialsError):
        call(make_client(pool, credentials, attempts=5))

    assert credentials.dropped == ["key-0", "key-1"]
    assert len(pool.exchanges) == 2


@pytest.mark.parametrize("waits_for", ["credentials", "connection", "next attempt"])
def test_a_call_can_be_cancelled_whatever_it_waits_for(make_client, waits_for):
    class Never:
        drop = None

        async def get(self):
            await asyncio.sleep(60)

        async def exchange(self, *_args, **_options):
            await asyncio.sleep(60)

    pool = {"connection": Never(), "next attempt": FakePool(FAILED)}.get(waits_for, FakePool(OK))
    credentials = Never() if waits_for == "credentials" else None
    client = make_client(pool, credentials, first_delay_s=1000, longest_delay_s=1e9)

    async def call_with_a_deadline():
        async with asyncio.timeout(0.05):
            await client.call(QUERY, b"{}", lambda response: response)

    began_s = monotonic()

    with pytest.raises(TimeoutError):
        asyncio.run(call_with_a_deadline())

    assert monotonic() - began_s < 10


def test_requests_that_failed_together_are_retried_after_random_waits(make_client):
    attempts = defaultdict(list)

    class FailingPool:
        async def exchange(self, request, _timeout_s, **_options):
            body = request.rpartition(b"\r\n\r\n")[2]
            attempts[sum(body in bodies for bodies in attempts.values())].append(body)
            raise ConnectionFailedError("down")

    bodies = [b"%d" % number for number in range(50)]

    async def call_together():
        client = make_client(FailingPool(), first_delay_s=0.025, longest_delay_s=1)
        calls = (client.call(QUERY, body, lambda response: response) for body in bodies)
        return await asyncio.gather(*calls, return_exceptions=True)

    errors = asyncio.run(call_together())

    assert {type(error) for error in errors} == {ConnectionFailedError}
    assert [len(attempts[number]) for number in range(3)] == [50, 50, 50]
    # Equal waits would keep the order; random ones keep it once in 50 factorial.
    assert attempts[0] == bodies
    assert attempts[1] != attempts[0]
    assert attempts[2] != attempts[1]


def test_waits_are_drawn_between_zero_and_a_doubling_bound():
    policy = RetryPolicy(attempts=9, first_delay_s=1, longest_delay_s=3, retries_throttled=True)

    for attempts, (above, bound) in enumerate([(0.5, 1), (1, 2), (2, 3), (2, 3)], start=1):
        drawn = [policy.draw_delay_s(attempts) for _ in range(200)]

        assert max(drawn) <= bound
        assert max(drawn) > above
        assert min(drawn) < bound / 2

import asyncio
from collections import defaultdict

from query_api.aws.client import AwsClient
from query_api.exceptions import UnavailableError

ATTEMPTS = 3
REQUESTS = 50


class NoCredentials:
    async def get(self):
        return None


class UnsignedHeads:
    def encode_head(self, _body, _credentials, _now_s):
        return b""


class FailingPool:
    """Fails every request; keeps the order in which those of each attempt came."""

    def __init__(self):
        self.attempts = defaultdict(list)

    async def exchange(self, request, *, is_retry=False):
        attempt = sum(request in requests for requests in self.attempts.values())
        assert is_retry == (attempt > 0)
        self.attempts[attempt].append(request)
        raise UnavailableError("down")


def test_requests_that_failed_together_are_retried_after_random_waits():
    pool = FailingPool()
    requests = [b"%d" % number for number in range(REQUESTS)]

    async def send_together():
        client = AwsClient(UnsignedHeads(), NoCredentials(), pool)
        sends = (client.send(request, lambda response: response) for request in requests)
        return await asyncio.gather(*sends, return_exceptions=True)

    errors = asyncio.run(send_together())

    assert {type(error) for error in errors} == {UnavailableError}
    assert sorted(map(len, pool.attempts.values())) == [REQUESTS] * ATTEMPTS
    # Equal waits would keep the order; random ones keep it once in 50 factorial.
    assert pool.attempts[0] == requests
    assert pool.attempts[1] != pool.attempts[0]
    assert pool.attempts[2] != pool.attempts[1]

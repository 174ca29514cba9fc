"""Signs and sends requests to one operation of a service, with retries."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from time import time
from typing import Final, TypeVar

import boto3

from query_api.aws.connection import HttpResponse
from query_api.aws.connection_pool import ConnectionPool
from query_api.aws.credentials import CredentialSource
from query_api.aws.endpoint import Service, find_endpoint
from query_api.aws.signature import Signer, Target
from query_api.exceptions import DeadlineExceededError, UnavailableError

ResultT = TypeVar("ResultT")

_MAX_RETRIES: Final = 2
_FIRST_BACKOFF_S: Final = 0.025


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """Options of a client.

    Attributes:
        endpoint_url: None for the one that botocore finds.
        deadline_s: seconds the caller waits for a response, over all attempts.
        max_connections: most concurrent requests; further ones wait.
    """

    endpoint_url: str | None
    deadline_s: float
    max_connections: int


class AwsClient:
    """Sends bodies to one operation; belongs to one event loop."""

    def __init__(self, signer: Signer, credentials: CredentialSource, pool: ConnectionPool) -> None:
        self._signer = signer
        self._credentials = credentials
        self._pool = pool

    async def send(self, body: bytes, decode: Callable[[HttpResponse], ResultT]) -> ResultT:
        """Send a request up to three times; the operation must be idempotent.

        Throttled requests are not retried: retries would add load to an overloaded service.

        Args:
            decode: decodes a response or raises the error for its status. `UnavailableError` and
                `DeadlineExceededError` are retried.

        Raises:
            ReadModelError: from `decode`, or as for `ConnectionPool.exchange`.
        """
        for retry in range(_MAX_RETRIES):
            try:
                return await self._attempt(body, decode, is_retry=retry > 0)
            except (UnavailableError, DeadlineExceededError):
                # Full jitter, so that requests that failed together are not retried together.
                await asyncio.sleep(random.uniform(0, _FIRST_BACKOFF_S * 2**retry))  # noqa: S311
        return await self._attempt(body, decode, is_retry=True)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    async def _attempt(
        self, body: bytes, decode: Callable[[HttpResponse], ResultT], *, is_retry: bool
    ) -> ResultT:
        credentials = await self._credentials.get()
        head = self._signer.encode_head(body, credentials, time())
        return decode(await self._pool.exchange(head + body, is_retry=is_retry))


def create_client(
    session: boto3.Session,
    service: Service,
    path: str,
    headers: Mapping[str, str],
    options: ClientOptions,
) -> AwsClient:
    """Create a client for the operation at this path, with these headers.

    Args:
        session: the source of region and credentials.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    endpoint = find_endpoint(session, service, options.endpoint_url)
    target = Target(
        service=service,
        region=endpoint.region,
        host=endpoint.host,
        path=endpoint.path + path,
        headers={"user-agent": f"query-api/{version('query-api')}", **headers},
    )
    pool = ConnectionPool(
        endpoint.origin,
        max_connections=options.max_connections,
        # A second attempt must fit before the deadline.
        connect_timeout_s=options.deadline_s / 4,
        timeout_s=options.deadline_s / 2,
    )
    return AwsClient(Signer(target), CredentialSource(session), pool)

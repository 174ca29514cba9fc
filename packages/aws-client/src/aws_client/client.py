"""Calls AWS's operations: signs, sends, and retries."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from time import time
from typing import Final, TypeVar
from zlib import crc32

from aws_client.configuration import Endpoint, Session, find_endpoint
from aws_client.connection import MAX_RESPONSE_BYTES, HttpResponse
from aws_client.connection_pool import ConnectionPool
from aws_client.credentials import CredentialSource
from aws_client.errors import (
    AwsError,
    ConnectionFailedError,
    DeadlineExceededError,
    ExpiredCredentialsError,
    ThrottledError,
    UnavailableError,
    decode_error,
)
from aws_client.operations import Operation, Service
from aws_client.signature import Signer, Target

ResultT = TypeVar("ResultT")

_OK: Final = 200
_FAILURES_OF_THE_CONNECTION: Final = (ConnectionFailedError, DeadlineExceededError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often to try, and how long to wait between attempts.

    A wait is drawn from zero to a bound that doubles each time (full jitter), so that callers that
    failed together do not return together.
    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/

    Attributes:
        attempts: in all, at least 1.
        first_delay_s: bound of the first wait, seconds.
        longest_delay_s: bound of every wait, seconds.
        retries_throttled: whether to repeat what AWS throttles; it adds load to a service that has
            too much.
    """

    attempts: int
    first_delay_s: float
    longest_delay_s: float
    retries_throttled: bool

    def can_retry(self, error: AwsError, attempts: int) -> bool:
        """Return whether another attempt may follow after this many."""
        if attempts >= self.attempts or not error.is_retry_safe:
            return False
        return self.retries_throttled or not isinstance(error, ThrottledError)

    def draw_delay_s(self, attempts: int) -> float:
        """Draw the wait after this many attempts."""
        bound_s = min(self.longest_delay_s, self.first_delay_s * 2.0 ** (attempts - 1))
        return random.uniform(0, bound_s)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """Options of a client.

    Attributes:
        max_connections: most open connections, and so most concurrent requests; further ones wait.
        connect_timeout_s: seconds to open a connection, including TLS.
        attempt_timeout_s: seconds from an attempt's request to the last byte of its response.
        user_agent: identifies the program in AWS's logs.
        max_response_bytes: of a response with its head; a larger one fails.
    """

    max_connections: int
    connect_timeout_s: float
    attempt_timeout_s: float
    retry_policy: RetryPolicy
    user_agent: str
    max_response_bytes: int = MAX_RESPONSE_BYTES


class AwsClient:
    """Calls the operations of one service; belongs to one event loop."""

    def __init__(
        self,
        endpoint: Endpoint,
        region: str,
        credentials: CredentialSource,
        pool: ConnectionPool,
        options: ClientOptions,
    ) -> None:
        self._endpoint = endpoint
        self._region = region
        self._credentials = credentials
        self._pool = pool
        self._options = options
        self._signers: dict[Operation, Signer] = {}

    @property
    def endpoint_url(self) -> str:
        """The address of the service, without a password."""
        return self._endpoint.url

    async def call(
        self, operation: Operation, body: bytes, decode: Callable[[HttpResponse], ResultT]
    ) -> ResultT:
        """Call an operation, and repeat the call while that may help.

        It may be cancelled at any time, which also closes the connection in use.

        Args:
            body: JSON in the service's wire format.
            decode: decodes a response of status 200; raises `UnavailableError` if it is none.

        Raises:
            DeadlineExceededError: the last attempt got no response in time.
            AwsError: of the last attempt, or from `decode`.
        """
        policy, timeout_s = self._options.retry_policy, self._options.attempt_timeout_s
        attempts, was_refused, on_new_connection = 0, False, False
        while True:
            attempts += 1
            delay_s = 0.0
            credentials = await self._credentials.get()
            head = self._get_signer(operation).encode_head(body, credentials, time())
            try:
                response = await self._pool.exchange(
                    head + body, timeout_s, on_new_connection=on_new_connection
                )
                return decode(_check(response))
            except ExpiredCredentialsError:
                self._credentials.drop(credentials)
                if was_refused:
                    raise
                was_refused = True
            except AwsError as error:
                if not policy.can_retry(error, attempts):
                    raise
                delay_s = policy.draw_delay_s(attempts)
                on_new_connection = isinstance(error, _FAILURES_OF_THE_CONNECTION)
            if delay_s:
                await asyncio.sleep(delay_s)

    def close(self) -> None:
        """Close the idle connections."""
        self._pool.close()

    def _get_signer(self, operation: Operation) -> Signer:
        signer = self._signers.get(operation)
        if signer is None:
            target = Target(
                service=operation.service,
                region=self._region,
                host=self._endpoint.host,
                path=self._endpoint.path + operation.path,
                headers={"user-agent": self._options.user_agent, **operation.headers},
            )
            signer = self._signers[operation] = Signer(target)
        return signer


def create_client(
    session: Session, service: Service, options: ClientOptions, endpoint_url: str | None = None
) -> AwsClient:
    """Create a client of a service.

    Args:
        endpoint_url: None for the one that AWS's variables and files give.

    Raises:
        InvalidConfigurationError: the URL or one of AWS's own settings is invalid.
    """
    endpoint = find_endpoint(session, service, endpoint_url)
    pool = ConnectionPool(
        endpoint.origin,
        max_connections=options.max_connections,
        connect_timeout_s=options.connect_timeout_s,
        max_response_bytes=options.max_response_bytes,
    )
    return AwsClient(endpoint, session.region, session.create_credential_source(), pool, options)


def _check(response: HttpResponse) -> HttpResponse:
    """Return a whole response of status 200, and raise the error of any other."""
    checksum = response.headers.get(b"x-amz-crc32")
    if checksum is not None and checksum != b"%d" % crc32(response.body):
        raise UnavailableError("WrongChecksum")
    if response.status != _OK:
        raise decode_error(response.status, response.headers, response.body)
    return response

"""The API as the smoke test calls it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from infra.deployment.api_region import find_region
from infra.exceptions import CheckFailedError
from notification_client import NotificationClient, RetryPolicy
from notification_client.connection import HttpOptions
from notification_client.sigv4 import SigV4Auth

_TIMEOUT_S: Final = 10
_ONCE: Final = RetryPolicy(attempts=1)


@dataclass(frozen=True, slots=True)
class Api:
    """The API at a base URL, which may have a path.

    Attributes:
        client: for queries, as callers send them.
        http: for all else.
    """

    base_url: str
    client: NotificationClient
    http: httpx.Client

    def get(self, path: str) -> httpx.Response:
        """Request a path; raises `CheckFailedError` if there is no response."""
        return self._send(self.http.build_request("GET", f"{self.base_url}/{path}"))

    def get_unsigned(self, path: str) -> httpx.Response:
        """Request a path without a signature; raises like `get`."""
        return self._send(
            self.http.build_request("GET", f"{self.base_url}/{path}"), is_signed=False
        )

    def head(self, path: str) -> httpx.Response:
        """Request the headers of a path; raises like `get`."""
        return self._send(self.http.build_request("HEAD", f"{self.base_url}/{path}"))

    def post(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        """Send a body; raises like `get`."""
        return self._send(self.http.build_request("POST", f"{self.base_url}/{path}", json=body))

    def follow(self, response: httpx.Response) -> httpx.Response:
        """Follow a redirect; raises like `get`, and if the response is not a redirect."""
        if response.next_request is None:
            raise CheckFailedError("no redirect")
        return self._send(response.next_request)

    def _send(self, request: httpx.Request, *, is_signed: bool = True) -> httpx.Response:
        try:
            return self.http.send(request) if is_signed else self.http.send(request, auth=None)
        except httpx.TransportError as error:
            raise CheckFailedError(f"{type(error).__name__}: {error}") from error


def create_signer(url: str) -> SigV4Auth:
    """Create what signs requests with the environment's credentials, for the host's region.

    Raises:
        ValueError: the host is none of API Gateway.
    """
    region = find_region(url)
    if region is None:
        raise ValueError(f"the host of {url} is none of API Gateway, so nothing is signed for it")
    return SigV4Auth(region)


@contextmanager
def open_api(
    base_url: str, signer: httpx.Auth | None = None, transport: httpx.BaseTransport | None = None
) -> Iterator[Api]:
    """Open the API at a base URL.

    It checks the named host itself, so it uses no proxy and no credentials of a .netrc; and it
    hides no passing fault by a retry.

    Args:
        signer: signs requests; None to send them unsigned.
        transport: sends requests instead of httpx's own.
    """
    options: HttpOptions = {"timeout": _TIMEOUT_S, "trust_env": False}
    if signer is not None:
        options["auth"] = signer
    with (
        httpx.Client(transport=transport, **options) as http,
        NotificationClient(base_url, transport=transport, retry_policy=_ONCE, **options) as client,
    ):
        yield Api(base_url, client, http)


def expect_status(response: httpx.Response, status: int = httpx.codes.OK) -> None:
    """Raise `CheckFailedError` for another status."""
    if response.status_code != status:
        raise CheckFailedError(f"status {response.status_code}, not {int(status)}")

"""What both clients need of httpx: options, limits, errors."""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final, TypedDict

import httpx

from notification_client.core.responses import Response
from notification_client.errors import ConnectionFailedError, InvalidResponseError

_TIMEOUT_S: Final = 10.0
_MAX_PORT: Final = 65_535
_MAX_BYTES: Final = 64 * 1024 * 1024


class HttpOptions(TypedDict, total=False):
    """The options of httpx that fit both of its clients.

    Attributes:
        auth: signs or authenticates requests, such as `SigV4Auth`.
        headers: of each request.
        timeout: seconds to connect, and to wait for each piece of a response; 10 by default.
        trust_env: whether proxies, certificates and netrc come from the environment, as in
            https://www.python-httpx.org/environment_variables/; True by default.
        proxy: the proxy for all requests.
        verify: the trusted certificates.
    """

    auth: httpx.Auth
    headers: Mapping[str, str]
    timeout: float
    trust_env: bool
    proxy: str
    verify: ssl.SSLContext


def complete_options(url: str, options: HttpOptions) -> dict[str, Any]:
    """Complete the options of httpx's clients.

    Raises:
        ValueError: the URL is none of an API.
    """
    agent = f"notification-client/{version('notification-client')}"
    headers = httpx.Headers({"user-agent": agent, "accept": "application/json"})
    headers.update(options.get("headers"))
    return {"timeout": _TIMEOUT_S, **options, "base_url": _parse_url(url), "headers": headers}


def _parse_url(url: str) -> httpx.URL:
    fault = "the URL of the API is http:// or https://, a host, and perhaps a port and a path"
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ValueError(f"{fault}: {error}") from error
    is_complete = parsed.scheme in {"http", "https"} and parsed.host
    if not is_complete or parsed.query or parsed.fragment or (parsed.port or 0) > _MAX_PORT:
        raise ValueError(fault)
    return parsed


class Content:
    """Collects the content of a response, within limits of time and size.

    httpx limits the time between two pieces only: a slow peer could hold a request for ever.

    Args:
        deadline_s: on the monotonic clock.
    """

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._pieces: list[bytes] = []
        self._size = 0

    def add(self, piece: bytes) -> None:
        """Add the next piece.

        Raises:
            ConnectionFailedError: the deadline is over.
            InvalidResponseError: the content is larger than any of the API.
        """
        self._pieces.append(piece)
        self._size += len(piece)
        if self._size > _MAX_BYTES:
            raise InvalidResponseError(f"the response has more than {_MAX_BYTES} bytes")
        if time.monotonic() > self._deadline_s:
            raise ConnectionFailedError("the response was not whole in time")

    def create_response(self, response: httpx.Response) -> Response:
        """Return the whole response."""
        return Response(response.status_code, response.headers, b"".join(self._pieces))


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise the client's errors for httpx's."""
    try:
        yield
    except httpx.DecodingError as error:
        raise InvalidResponseError("the response has an invalid content encoding") from error
    except httpx.TransportError as error:
        # A time limit often has no text.
        reason = ": ".join(filter(None, (type(error).__name__, str(error))))
        raise ConnectionFailedError(reason) from error

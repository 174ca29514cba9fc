"""Parses the bytes of a connection into requests, each with its whole body. Does no I/O.

Source: https://www.rfc-editor.org/rfc/rfc9112
"""

from collections import deque
from typing import Final
from urllib.parse import unquote

import httptools
from litestar.exceptions import ClientException
from litestar.types import HTTPScope

from query_api.exceptions import BodyTooLargeError, HeadTooLargeError, QueryApiError
from query_api.http1.refusal import set_refusal
from query_api.http1.request import Phase, Request

# Data is parsed in slices, and only until a request is complete. So a client that sends thousands
# of small requests at once costs the memory of its bytes, not that of as many parsed requests.
_SLICE_BYTES: Final = 4096

# Framing takes at least five bytes a chunk.
_MAX_CHUNKED_BYTES: Final = 4 * BodyTooLargeError.max_bytes

_ASGI: Final = {"version": "3.0", "spec_version": "2.3"}
_WATCHED_HEADERS: Final = frozenset({b"host", b"transfer-encoding", b"expect"})
_VERSIONS: Final = frozenset({"1.0", "1.1"})
_UNKNOWN_METHOD: Final = "-"


class RequestReader:
    """Reads requests from bytes that may be cut anywhere.

    `Upgrade` is passed over, as a server may (RFC 9110, 7.8). httptools does not read the body of
    a request with it, so the request is parsed a second time without the header.

    Attributes:
        phase: what the next bytes belong to.
        expects_continue: the client waits for `100 Continue` before it sends the body.
    """

    __slots__ = (
        "_body",
        "_head",
        "_headers",
        "_hosts",
        "_is_last",
        "_is_over",
        "_parser",
        "_requests",
        "_scope",
        "_size",
        "_unparsed",
        "_url",
        "expects_continue",
        "phase",
    )

    def __init__(self) -> None:
        self.phase = Phase.REQUEST
        self.expects_continue = False
        self._parser = httptools.HttpRequestParser(self)
        self._requests: deque[Request] = deque()
        self._unparsed = b""
        self._is_over = False
        self._start_request()

    @property
    def has_unread(self) -> bool:
        """Whether bytes after the last request remain."""
        return bool(self._requests or self._unparsed)

    @property
    def unparsed_bytes(self) -> int:
        """Bytes that wait to be parsed."""
        return len(self._unparsed)

    def add(self, data: bytes) -> None:
        """Add bytes, to be parsed by `read`."""
        self._unparsed += data

    def read(self) -> Request | None:
        """Return the next request; None if it is not complete."""
        while self._unparsed and not self._requests and not self._is_over:
            self._parse_slice()
        return self._requests.popleft() if self._requests else None

    def refuse(self, error: Exception) -> Request:
        """End reading, and return the incomplete request with this error as its response."""
        self._is_over = True
        self._unparsed = b""
        self.phase = Phase.REQUEST
        scope = self._scope or self._create_scope(_UNKNOWN_METHOD, "", b"", b"")
        set_refusal(scope, error)
        return Request(scope, b"", is_last=True, is_refused=True)

    def _parse_slice(self) -> None:
        data = self._unparsed[:_SLICE_BYTES]
        self._unparsed = self._unparsed[_SLICE_BYTES:]
        try:
            self._parser.feed_data(data)
            if self.phase is not Phase.REQUEST:
                self._check_size(len(data))
        except httptools.HttpParserUpgrade as upgrade:
            self._unparsed = self._head + data[upgrade.args[0] :] + self._unparsed
            self._parser = httptools.HttpRequestParser(self)
        except (httptools.HttpParserError, QueryApiError) as error:
            if not self._is_over:
                self._requests.append(self.refuse(_find_reason(error)))

    def _check_size(self, added: int) -> None:
        """Check what has arrived of an incomplete request."""
        # Never more than have arrived, and at most a slice less: where in a slice a head or a body
        # starts is unknown.
        self._size += added
        if self.phase is Phase.HEAD and self._size > HeadTooLargeError.max_bytes:
            raise HeadTooLargeError
        if self.phase is Phase.BODY and self._size > _MAX_CHUNKED_BYTES:
            raise BodyTooLargeError

    def _start_request(self) -> None:
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._hosts = 0
        self._scope: HTTPScope | None = None
        self._body = b""
        self.expects_continue = False
        self._size = -_SLICE_BYTES

    def _check_header(self, name: bytes, value: bytes) -> None:
        if name == b"host":
            self._hosts += 1
        elif name == b"expect":
            self.expects_continue = value.lower() == b"100-continue"
        elif value.lower() != b"chunked":
            raise ClientException

    def _check_head_size(self) -> None:
        headers = sum(len(name) + len(value) + len(": \r\n") for name, value in self._headers)
        if len(self._url) + headers > HeadTooLargeError.max_bytes:
            raise HeadTooLargeError

    def _has_valid_head(self, method: bytes, version: str) -> bool:
        has_host = self._hosts == 1 or (version == "1.0" and not self._hosts)
        return has_host and version in _VERSIONS and method != b"CONNECT"

    def _encode_head_without_upgrade(self, method: bytes, version: str) -> bytes:
        lines = [b"%b %b HTTP/%b" % (method, self._url, version.encode())]
        lines += [b"%b: %b" % each for each in self._headers if each[0] != b"upgrade"]
        return b"\r\n".join([*lines, b"", b""])

    # The parser's callbacks. It reports what they raise as the cause of its own error.

    def on_message_begin(self) -> None:
        """Start a request."""
        if self._is_over:
            raise ClientException
        self.phase = Phase.HEAD
        self._start_request()

    def on_url(self, url: bytes) -> None:
        """Add a part of the request target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Add a header; a trailer is dropped."""
        name = name.lower()
        if name in _WATCHED_HEADERS:
            self._check_header(name, value)
        if self._scope is None:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Create the scope, unless the request is to be parsed again without `Upgrade`."""
        method = self._parser.get_method()
        version = self._parser.get_http_version()
        if self._size > HeadTooLargeError.max_bytes - 2 * _SLICE_BYTES:
            self._check_head_size()
        if self._parser.should_upgrade() and method != b"CONNECT":
            self._head = self._encode_head_without_upgrade(method, version)
            return
        url = httptools.parse_url(self._url)
        path = url.path.decode("ascii")
        self._scope = self._create_scope(
            method.decode("ascii"), path, url.path, url.query or b"", version
        )
        if not self._has_valid_head(method, version):
            raise ClientException
        self._is_last = version == "1.0" or not self._parser.should_keep_alive()
        self.phase = Phase.BODY
        self._size = -_SLICE_BYTES

    def on_body(self, body: bytes) -> None:
        """Add a part of the body."""
        self._body += body
        if len(self._body) > BodyTooLargeError.max_bytes:
            raise BodyTooLargeError

    def on_message_complete(self) -> None:
        """Add the request, unless it is to be parsed again."""
        if self._scope is None:
            return
        self.phase = Phase.REQUEST
        self._is_over = self._is_last
        self._requests.append(
            Request(self._scope, self._body, is_last=self._is_last, is_refused=False)
        )

    def _create_scope(
        self, method: str, path: str, raw_path: bytes, query: bytes, version: str = "1.1"
    ) -> HTTPScope:
        return {  # type: ignore[typeddict-item]  # Litestar adds its own
            "type": "http",
            "asgi": _ASGI,
            "http_version": version,
            "method": method,
            "scheme": "http",
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": query,
            "root_path": "",
            "headers": self._headers,
            "server": None,  # nor the client: the service uses no address
            "client": None,
            "state": {},
        }


def _find_reason(error: Exception) -> Exception:
    """Return the problem that the parser's error stands for."""
    reason = error.__context__ if isinstance(error, httptools.HttpParserCallbackError) else error
    return reason if isinstance(reason, QueryApiError) else ClientException()

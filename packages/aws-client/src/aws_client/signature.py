"""Signature Version 4 for requests that differ only in their body.

For each request, botocore's signer builds a request object, sorts and folds its headers and derives
the signing key, which costs more than the rest of sending a query. Here the parts that all requests
of a second share are built once; a test compares the result with botocore's.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import gmtime, strftime
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from aws_client.credentials import Credentials

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_BLOCK_BYTES: Final = 64  # of SHA-256
_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_UNSIGNED: Final = frozenset({"user-agent"})  # a proxy may change it


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The target of POST requests to one operation.

    Attributes:
        service: its name in signatures, such as `dynamodb`.
        host: with the port, unless that is the scheme's default.
        path: percent-encoded, as on the wire.
        headers: lower-case names and values, without `host` and the headers of the signature.
    """

    service: str
    region: str
    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The parts that all requests of one second share.

    A signature is `HMAC(key, to_sign + sha256(canonical + sha256(body)))`. The hashes here have
    taken in what comes before the body's digest; a copy of each takes in the rest.

    Attributes:
        head: the request's head up to the signature.
        canonical: hash of the canonical request.
        inner: inner hash of the HMAC, of the string to sign.
        outer: outer hash of the HMAC.
    """

    second: int
    credentials: Credentials
    head: str
    canonical: "Hash"
    inner: "Hash"
    outer: "Hash"


class Signer:
    """Signs requests to one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._prepared: _Prepared | None = None

    def encode_head(self, body: bytes, credentials: Credentials, now_s: float) -> bytes:
        """Return the head of a request, up to its body.

        Args:
            now_s: seconds since the epoch.
        """
        prepared = self._prepared
        second = int(now_s)
        if prepared is None or prepared.second != second or prepared.credentials is not credentials:
            prepared = self._prepared = _prepare(self._target, credentials, second)
        canonical = prepared.canonical.copy()
        canonical.update(sha256(body).hexdigest().encode())
        inner = prepared.inner.copy()
        inner.update(canonical.hexdigest().encode())
        outer = prepared.outer.copy()
        outer.update(inner.digest())
        signature = outer.hexdigest()
        return f"{prepared.head}{signature}\r\ncontent-length: {len(body)}\r\n\r\n".encode()


def _prepare(target: Target, credentials: Credentials, second: int) -> _Prepared:
    time = strftime("%Y%m%dT%H%M%SZ", gmtime(second))
    scope = f"{time[:8]}/{target.region}/{target.service}/aws4_request"
    headers = {"host": target.host, **target.headers, "x-amz-date": time}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    signed = sorted((name, value) for name, value in headers.items() if name not in _UNSIGNED)
    names = ";".join(name for name, _ in signed)
    canonical_lines = "".join(f"{name}:{value}\n" for name, value in signed)
    head_lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    # Every service but S3 encodes the path a second time in the canonical request.
    path = quote(target.path, safe="/-_.~")
    inner, outer = _start_hmac(_derive_key(credentials, scope))
    inner.update(f"{_ALGORITHM}\n{time}\n{scope}\n".encode())
    return _Prepared(
        second,
        credentials,
        head=(
            f"POST {target.path} HTTP/1.1\r\n{head_lines}"
            f"authorization: {_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature="
        ),
        canonical=sha256(f"POST\n{path}\n\n{canonical_lines}\n{names}\n".encode()),
        inner=inner,
        outer=outer,
    )


def _derive_key(credentials: Credentials, scope: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _start_hmac(key: bytes) -> "tuple[Hash, Hash]":
    """Return the inner and the outer hash of an HMAC with a key of at most 64 bytes (RFC 2104).

    A copy of each takes a third of the time of `hmac.digest`.
    """
    block = key.ljust(_BLOCK_BYTES, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block) for pad in (0x36, 0x5C))
    return sha256(inner), sha256(outer)

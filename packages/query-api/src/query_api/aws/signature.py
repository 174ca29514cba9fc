"""Signature Version 4 for requests that differ in nothing but their body.

botocore's signer builds a request object, sorts and folds its headers and derives the signing key
each time, which costs more than all else this service does to send a query. Here whatever is the
same for all requests of a second is made once; a test holds the outcome to botocore's.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import gmtime, strftime
from typing import Final
from urllib.parse import quote

from botocore.credentials import ReadOnlyCredentials

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_UNSIGNED: Final = frozenset({"user-agent"})  # what stands between may change it


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where requests of one kind go, all of them POST.

    Attributes:
        service: as signatures name it, such as `dynamodb`.
        host: with the port, where that is not the scheme's own.
        path: as it is on the wire, percent-encoded.
        headers: lower-case names to values; not `host`, nor any that a signature brings.
    """

    service: str
    region: str
    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What all requests of one second have in common.

    Attributes:
        head: of a request, up to the signature.
        canonical: of a canonical request, up to the digest of the body.
        to_sign: of what is signed, up to the digest of the canonical request.
    """

    second: int
    credentials: ReadOnlyCredentials
    head: str
    canonical: str
    to_sign: str
    key: bytes


class Signer:
    """Makes the heads of requests to one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._prepared: _Prepared | None = None

    def encode_head(self, body: bytes, credentials: ReadOnlyCredentials, now_s: float) -> bytes:
        """Make everything of a request that stands before its body.

        Args:
            now_s: seconds since the epoch.
        """
        prepared = self._prepared
        second = int(now_s)
        if prepared is None or prepared.second != second or prepared.credentials is not credentials:
            prepared = self._prepared = _prepare(self._target, credentials, second)
        canonical = f"{prepared.canonical}{sha256(body).hexdigest()}"
        to_sign = f"{prepared.to_sign}{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(prepared.key, to_sign.encode(), "sha256").hex()
        return f"{prepared.head}{signature}\r\ncontent-length: {len(body)}\r\n\r\n".encode()


def _prepare(target: Target, credentials: ReadOnlyCredentials, second: int) -> _Prepared:
    time = strftime("%Y%m%dT%H%M%SZ", gmtime(second))
    scope = f"{time[:8]}/{target.region}/{target.service}/aws4_request"
    headers = {"host": target.host, **target.headers, "x-amz-date": time}
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    signed = sorted((name, value) for name, value in headers.items() if name not in _UNSIGNED)
    names = ";".join(name for name, _ in signed)
    canonical_lines = "".join(f"{name}:{value}\n" for name, value in signed)
    head_lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return _Prepared(
        second,
        credentials,
        head=(
            f"POST {target.path} HTTP/1.1\r\n{head_lines}"
            f"authorization: {_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature="
        ),
        # The path is encoded once more in the canonical request, for every service but S3.
        canonical=f"POST\n{quote(target.path, safe='/-_.~')}\n\n{canonical_lines}\n{names}\n",
        to_sign=f"{_ALGORITHM}\n{time}\n{scope}\n",
        key=_derive_key(credentials, scope),
    )


def _derive_key(credentials: ReadOnlyCredentials, scope: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key

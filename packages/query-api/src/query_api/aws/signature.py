"""Signature Version 4 for requests that differ in nothing but their body.

botocore's signer builds a request object, sorts and folds its headers and derives the signing key
each time, which costs more than all else this service does to send a query. Here whatever is the
same for every request is made once; a test holds the outcome to botocore's.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
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
class _SigningKey:
    """A key, and what it was derived from."""

    secret_key: str
    day: str
    key: bytes


class Signer:
    """Makes the heads of requests to one target."""

    def __init__(self, target: Target) -> None:
        self._target = target
        # The path is encoded once more in the canonical request, for every service but S3.
        self._canonical_start = f"POST\n{quote(target.path, safe='/-_.~')}\n\n"
        self._head_start = f"POST {target.path} HTTP/1.1\r\nhost: {target.host}\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in target.headers.items()
        )
        self._signing_key: _SigningKey | None = None

    def encode_head(self, body: bytes, credentials: ReadOnlyCredentials, now: datetime) -> bytes:
        """Make everything of a request that stands before its body.

        Args:
            now: in UTC.
        """
        time = now.strftime("%Y%m%dT%H%M%SZ")
        day = time[:8]
        signed = {"x-amz-date": time}
        if credentials.token:
            signed["x-amz-security-token"] = credentials.token
        names, canonical = self._make_canonical_request(signed, body)
        scope = f"{day}/{self._target.region}/{self._target.service}/aws4_request"
        to_sign = f"{_ALGORITHM}\n{time}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        secret_key = credentials.secret_key or ""  # never None where there are credentials at all
        key = self._get_signing_key(secret_key, day)
        signature = hmac.digest(key, to_sign.encode(), "sha256").hex()
        added = "".join(f"{name}: {value}\r\n" for name, value in signed.items())
        return (
            f"{self._head_start}{added}"
            f"authorization: {_ALGORITHM} Credential={credentials.access_key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}\r\n"
            f"content-length: {len(body)}\r\n\r\n"
        ).encode()

    def _make_canonical_request(self, signed: Mapping[str, str], body: bytes) -> tuple[str, str]:
        target = self._target
        headers = {"host": target.host, **target.headers, **signed}
        kept = sorted((name, value) for name, value in headers.items() if name not in _UNSIGNED)
        names = ";".join(name for name, _ in kept)
        lines = "".join(f"{name}:{value}\n" for name, value in kept)
        digest = sha256(body).hexdigest()
        return names, f"{self._canonical_start}{lines}\n{names}\n{digest}"

    def _get_signing_key(self, secret_key: str, day: str) -> bytes:
        """Derive the key of a day, once."""
        known = self._signing_key
        if known is None or known.day != day or known.secret_key != secret_key:
            key = f"AWS4{secret_key}".encode()
            for part in (day, self._target.region, self._target.service, "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            known = self._signing_key = _SigningKey(secret_key, day, key)
        return known.key

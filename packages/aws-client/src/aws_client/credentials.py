"""Credentials to sign with, and where they come from."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from math import inf
from time import time
from typing import Any, Final, Protocol

from aws_client.errors import AwsError, RefusedError, UnavailableError

# botocore renews credentials from 15 minutes before they expire, but only on a call.
_RENEW_EVERY_S: Final = 60
_LOAD_AT_MOST_EVERY_S: Final = 1

# botocore raises RuntimeError if renewed credentials have expired already, and does not wrap what a
# broken credentials endpoint, its variables or its token file cause.
_UNWRAPPED: Final = (LookupError, OSError, RuntimeError, TypeError, ValueError)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key.

    Attributes:
        expires_at_s: seconds since the epoch; None if they do not expire, or nobody knows when.
    """

    access_key: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    expires_at_s: float | None = None


class CredentialSource(Protocol):
    """Provides the credentials of each request."""

    async def get(self) -> Credentials:
        """Return the credentials to sign with.

        Raises:
            RefusedError: there are none.
            UnavailableError: they cannot be read at the moment.
        """

    def drop(self, refused: Credentials) -> None:
        """Never return these credentials again, which AWS refused, if there are others."""


class StaticCredentials:
    """The same credentials for ever, such as a Lambda function's."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    async def get(self) -> Credentials:
        """See `CredentialSource.get`."""
        return self._credentials

    def drop(self, refused: Credentials) -> None:
        """See `CredentialSource.drop`: there are no others."""


class RenewedCredentials:
    """Renews credentials in a thread, since reading them blocks. Belongs to one event loop.

    Requests use the current credentials during a renewal, unless these have expired or AWS refused
    them.
    """

    def __init__(
        self, load: Callable[[bool], Credentials], now_s: Callable[[], float] = time
    ) -> None:
        """Create a source.

        Args:
            load: reads the credentials; its argument is True if AWS refused those read before.
                Raises `RefusedError` or `UnavailableError`.
            now_s: seconds since the epoch.
        """
        self._load = load
        self._now_s = now_s
        self._current: Credentials | None = None
        self._fresh_until_s = 0.0
        self._loaded_at_s = -inf
        self._is_refused = False
        self._renewal: asyncio.Task[Credentials] | None = None
        self._failure: AwsError | None = None

    async def get(self) -> Credentials:
        """See `CredentialSource.get`."""
        now_s, current = self._now_s(), self._current
        if current is not None and now_s < self._fresh_until_s:
            return current
        # A clock that was set back does not delay the next load.
        if self._renewal is None and abs(now_s - self._loaded_at_s) >= _LOAD_AT_MOST_EVERY_S:
            self._start_renewal(now_s)
        if current is not None and (current.expires_at_s or inf) > now_s:
            return current
        if self._renewal is None:
            raise (self._failure or UnavailableError("ExpiredCredentials")).with_traceback(None)
        # Shielded, because other requests wait for the same task.
        return await asyncio.shield(self._renewal)

    def drop(self, refused: Credentials) -> None:
        """See `CredentialSource.drop`."""
        if refused is self._current:
            self._current = None
            self._is_refused = True

    def _start_renewal(self, now_s: float) -> None:
        self._loaded_at_s = now_s
        self._failure = None
        is_refused, self._is_refused = self._is_refused, False
        self._renewal = asyncio.create_task(asyncio.to_thread(self._load, is_refused))
        self._renewal.add_done_callback(self._keep)

    def _keep(self, renewal: "asyncio.Task[Credentials]") -> None:
        self._renewal = None
        if renewal.cancelled():
            return
        error = renewal.exception()
        if error is None:
            self._current = current = renewal.result()
            now_s = self._now_s()
            # Half of the rest, so that renewals that fail can be repeated.
            rest_s = ((current.expires_at_s or inf) - now_s) / 2
            self._fresh_until_s = now_s + min(_RENEW_EVERY_S, rest_s)
            return
        if self._current is not None:
            # Nobody else notices while the current ones serve.
            logger.warning("no new credentials: %s", error)
        if isinstance(error, AwsError):
            self._failure = error


class BotocoreCredentials:
    """Reads the credentials that botocore finds: profile, container endpoint, role, …."""

    def __init__(self) -> None:
        self._found: Any = None

    def __call__(self, is_refused: bool) -> Credentials:  # noqa: FBT001 - the port's only argument
        """Read the credentials; see `RenewedCredentials`.

        Raises:
            RefusedError: botocore finds none, or half of an access key.
            UnavailableError: botocore cannot read them at the moment.
        """
        # Imported when needed: a Lambda function has its credentials in variables.
        from botocore.exceptions import (  # noqa: PLC0415
            BotoCoreError,
            ClientError,
            NoCredentialsError,
            PartialCredentialsError,
        )
        from botocore.session import Session  # noqa: PLC0415

        try:
            if is_refused:
                # botocore keeps credentials until shortly before they expire.
                self._found = None
            if self._found is None:
                self._found = Session().get_credentials()
            if self._found is None:
                raise RefusedError(NoCredentialsError.__name__)
            frozen = self._found.get_frozen_credentials()
        except PartialCredentialsError as error:
            raise RefusedError(type(error).__name__) from error
        except (BotoCoreError, ClientError, *_UNWRAPPED) as error:
            raise UnavailableError(type(error).__name__) from error
        # Only credentials that expire have the attribute; nothing public gives the time.
        expiry = getattr(self._found, "_expiry_time", None)
        return Credentials(
            frozen.access_key, frozen.secret_key, frozen.token, expiry and expiry.timestamp()
        )

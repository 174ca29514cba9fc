"""Credentials for the event loop, renewed in a thread."""

import asyncio
import logging
from time import monotonic
from typing import Final

import boto3
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from query_api.exceptions import RefusedError

# botocore renews credentials from 15 minutes before they expire, but only on a call.
_RENEW_EVERY_S: Final = 60
_RETRY_AFTER_S: Final = 1

logger = logging.getLogger(__name__)


class CredentialSource:
    """Keeps the credentials that botocore finds: environment, profile, container endpoint, ….

    botocore reads and renews credentials by blocking files and HTTP calls, so it is called in a
    thread, before the current ones expire; requests use the current ones meanwhile.
    """

    def __init__(self, session: boto3.Session, *, renew_every_s: float = _RENEW_EVERY_S) -> None:
        self._session = session
        self._renew_every_s = renew_every_s
        self._current: ReadOnlyCredentials | None = None
        self._renew_at_s = 0.0
        self._renewal: asyncio.Task[ReadOnlyCredentials] | None = None

    async def get(self) -> ReadOnlyCredentials:
        """Return the credentials to sign with.

        Raises:
            RefusedError: botocore finds none.
        """
        now_s = monotonic()
        if self._renewal is None and now_s >= self._renew_at_s:
            self._renew_at_s = now_s + self._renew_every_s
            self._renewal = asyncio.create_task(asyncio.to_thread(self._load))
            self._renewal.add_done_callback(self._keep)
        if self._current is not None:
            return self._current
        if self._renewal is None:
            raise RefusedError(NoCredentialsError.__name__)
        # Shielded, because other requests wait for the same task.
        return await asyncio.shield(self._renewal)

    def _load(self) -> ReadOnlyCredentials:
        try:
            credentials = self._session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            return credentials.get_frozen_credentials()
        # botocore raises RuntimeError if renewed credentials have expired already.
        except (BotoCoreError, ClientError, RuntimeError) as error:
            raise RefusedError(type(error).__name__) from error

    def _keep(self, renewal: "asyncio.Task[ReadOnlyCredentials]") -> None:
        self._renewal = None
        if renewal.cancelled():
            return
        error = renewal.exception()
        if error is None:
            self._current = renewal.result()
            return
        # The current credentials stay in use until AWS refuses them.
        logger.warning("no new credentials: %s", error)
        self._renew_at_s = monotonic() + _RETRY_AFTER_S

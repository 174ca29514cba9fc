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
_ASK_EVERY_S: Final = 60
_ASK_AGAIN_S: Final = 1

logger = logging.getLogger(__name__)


class CredentialSource:
    """Keeps the credentials that botocore finds: environment, profile, container endpoint, ….

    botocore reads and renews credentials by blocking files and HTTP calls, so it is called in a
    thread, before the current ones expire; requests use the current ones meanwhile.
    """

    def __init__(self, session: boto3.Session, *, ask_every_s: float = _ASK_EVERY_S) -> None:
        self._session = session
        self._ask_every_s = ask_every_s
        self._current: ReadOnlyCredentials | None = None
        self._ask_at_s = 0.0
        self._asking: asyncio.Task[ReadOnlyCredentials] | None = None

    async def get(self) -> ReadOnlyCredentials:
        """Return the credentials to sign with.

        Raises:
            RefusedError: botocore finds none.
        """
        now_s = monotonic()
        if self._asking is None and now_s >= self._ask_at_s:
            self._ask_at_s = now_s + self._ask_every_s
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask))
            self._asking.add_done_callback(self._keep)
        if self._current is not None:
            return self._current
        if self._asking is None:
            raise RefusedError(NoCredentialsError.__name__)
        # Shielded, because other requests wait for the same task.
        return await asyncio.shield(self._asking)

    def _ask(self) -> ReadOnlyCredentials:
        try:
            credentials = self._session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            return credentials.get_frozen_credentials()
        # botocore raises RuntimeError if renewed credentials have expired already.
        except (BotoCoreError, ClientError, RuntimeError) as error:
            raise RefusedError(type(error).__name__) from error

    def _keep(self, asked: "asyncio.Task[ReadOnlyCredentials]") -> None:
        self._asking = None
        if asked.cancelled():
            return
        error = asked.exception()
        if error is None:
            self._current = asked.result()
            return
        # The current credentials stay in use until AWS refuses them.
        logger.warning("no new credentials: %s", error)
        self._ask_at_s = monotonic() + _ASK_AGAIN_S

"""Credentials that are always at hand on the event loop."""

import asyncio
import logging
from time import monotonic
from typing import Final

import boto3
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from query_api.exceptions import RefusedError

# botocore renews credentials from 15 minutes before they expire, and looks only when it is asked.
_ASK_EVERY_S: Final = 60
_ASK_AGAIN_S: Final = 1

logger = logging.getLogger(__name__)


class CredentialSource:
    """Keeps what botocore finds: in the environment, a profile, a container's endpoint, ….

    botocore looks for credentials, and renews them, by files and HTTP calls that block. It is asked
    in a thread, before what is at hand can have expired; requests go on with that meanwhile.
    """

    def __init__(self, session: boto3.Session, *, ask_every_s: float = _ASK_EVERY_S) -> None:
        self._session = session
        self._ask_every_s = ask_every_s
        self._current: ReadOnlyCredentials | None = None
        self._ask_at_s = 0.0
        self._asking: asyncio.Task[ReadOnlyCredentials] | None = None

    async def get(self) -> ReadOnlyCredentials:
        """Take the credentials to sign with.

        Raises:
            RefusedError: there are none.
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
        # Shielded: others wait for the same, and one of them giving up must not end it.
        return await asyncio.shield(self._asking)

    def _ask(self) -> ReadOnlyCredentials:
        try:
            credentials = self._session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            return credentials.get_frozen_credentials()
        # RuntimeError is what it raises where renewed credentials turn out to have expired, too.
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
        # What is at hand is used until AWS refuses it.
        logger.warning("no new credentials: %s", error)
        self._ask_at_s = monotonic() + _ASK_AGAIN_S

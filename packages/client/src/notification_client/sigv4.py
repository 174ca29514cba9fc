"""AWS signatures, for an API that has IAM authorization; needs the extra `sigv4`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
"""

import asyncio
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Final

import botocore.auth
import botocore.awsrequest
import botocore.exceptions
import botocore.session
import httpx

from notification_client.errors import CredentialsError

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

_SERVICE: Final = "execute-api"
# Proxies may change all others.
_SIGNED_HEADERS: Final = ("host", "content-type")


class SigV4Auth(httpx.Auth):
    """Signs each request with the credentials that botocore finds, renewed before they expire.

    Args:
        region: of the API, such as `ap-southeast-1`.
        session: finds credentials; default: from the environment, profiles and roles.
    """

    def __init__(self, region: str, session: botocore.session.Session | None = None) -> None:
        self._region = region
        self._session = session or botocore.session.Session()

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign and send a request.

        Raises:
            CredentialsError: there are no credentials.
        """
        request.read()
        self._sign(request)
        yield request

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign in a thread, since credentials may be read over the network, and send."""
        await request.aread()
        await asyncio.to_thread(self._sign, request)
        yield request

    def _sign(self, request: httpx.Request) -> None:
        signed = botocore.awsrequest.AWSRequest(
            method=request.method,
            url=str(request.url),
            data=request.content,
            headers={
                name: request.headers[name] for name in _SIGNED_HEADERS if name in request.headers
            },
        )
        credentials = self._find_credentials()
        botocore.auth.SigV4Auth(credentials, _SERVICE, self._region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))

    def _find_credentials(self) -> "ReadOnlyCredentials":
        try:
            found = self._session.get_credentials()
            frozen = found and found.get_frozen_credentials()
        except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
            raise CredentialsError(f"AWS credentials: {type(error).__name__}") from error
        if not frozen:
            raise CredentialsError("no AWS credentials were found")
        return frozen

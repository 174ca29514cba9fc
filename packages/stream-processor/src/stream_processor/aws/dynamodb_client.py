"""A DynamoDB client of botocore's signer and connections, without botocore's client.

A call of botocore's client spends most of its CPU on endpoint rules, event hooks and shapes, which
the one request of the stream path does not need. All threads share one interpreter, so this CPU
limits the rows written per second. `docs/performance.md` has the figures.
"""

import json
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest, AWSResponse
from botocore.endpoint import EndpointCreator
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionClosedError,
    NoCredentialsError,
    ResponseStreamingError,
)
from botocore.httpsession import URLLib3Session
from botocore.session import get_session

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

_OK: Final = 200
# Header and body of a request are two segments: with Nagle's algorithm, the second one would wait
# for the acknowledgement of the first, which the peer delays by 40 ms.
_SOCKET_OPTIONS: Final = [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)]


class LeanDynamoDBClient:
    """Sends requests over kept-alive connections. Thread-safe.

    Takes its configuration from a botocore client: endpoint, region, timeouts, proxies,
    certificates, number of connections.
    """

    def __init__(self, session: "boto3.Session", client: "DynamoDBClient") -> None:
        """Create a client.

        Args:
            session: provides and refreshes the credentials.

        Raises:
            NoCredentialsError: the session has no credentials.
        """
        credentials = session.get_credentials()
        if credentials is None:
            raise NoCredentialsError
        self._credentials = credentials
        self._url = f"{client.meta.endpoint_url.rstrip('/')}/"
        self._region = client.meta.region_name
        self._user_agent = client.meta.config.user_agent  # type: ignore[attr-defined]
        self._http = _create_http_session(client)

    def attempt_once(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Call an operation that is safe to repeat, without retries.

        A request on a connection that the peer closed while it was idle is sent once more.

        Args:
            operation: such as `PutItem`.
            request: in the wire format.

        Returns:
            The response in the wire format.

        Raises:
            ClientError: DynamoDB refused or failed; it has the code but not the message.
            BotoCoreError: DynamoDB was not reached, or its response is late or not whole.
        """
        response = self._send(self._sign(operation, json.dumps(request).encode()))
        _check_checksum(response)
        decoded = _decode_object(response.content)
        if response.status_code != _OK:
            raise _create_client_error(operation, response.status_code, decoded)
        if decoded is None:
            raise ResponseStreamingError(error="the response is not a JSON object")
        return decoded

    def _sign(self, operation: str, body: bytes) -> AWSPreparedRequest:
        request = AWSRequest(
            method="POST",
            url=self._url,
            headers={
                "Content-Type": "application/x-amz-json-1.0",
                "User-Agent": self._user_agent,
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            },
            data=body,
        )
        credentials = self._credentials.get_frozen_credentials()
        SigV4Auth(credentials, "dynamodb", self._region).add_auth(request)
        return request.prepare()

    def _send(self, request: AWSPreparedRequest) -> AWSResponse:
        try:
            return self._http.send(request)
        except ConnectionClosedError:
            # The peer may close an idle connection at the moment of its next use.
            return self._http.send(request)


def _create_http_session(client: "DynamoDBClient") -> URLLib3Session:
    """Create a connection pool in the way botocore creates that of its client."""
    config: Any = client.meta.config
    timeouts: Any = (config.connect_timeout, config.read_timeout)
    endpoint = EndpointCreator(client.meta.events).create_endpoint(
        client.meta.service_model,
        region_name=client.meta.region_name,
        endpoint_url=client.meta.endpoint_url,
        verify=get_session().get_config_variable("ca_bundle"),
        timeout=timeouts,
        max_pool_connections=config.max_pool_connections,
        socket_options=_SOCKET_OPTIONS,
        client_cert=config.client_cert,
        proxies=config.proxies,
        proxies_config=config.proxies_config,
    )
    http_session: URLLib3Session = endpoint.http_session
    return http_session


def _check_checksum(response: AWSResponse) -> None:
    expected = response.headers.get("x-amz-crc32")
    actual = str(crc32(response.content))
    if expected is not None and expected != actual:
        raise ChecksumError(
            checksum_type="crc32", expected_checksum=expected, actual_checksum=actual
        )


def _decode_object(body: bytes) -> dict[str, Any] | None:
    try:
        decoded = json.loads(body)
    except ValueError:
        return None
    return decoded if isinstance(decoded, dict) else None


def _create_client_error(operation: str, status: int, body: dict[str, Any] | None) -> ClientError:
    """Create botocore's error from a body such as `{"__type": "com.…#ThrottlingException", …}`.

    The response of a proxy has no `__type`: its status is the code.
    """
    code = str((body or {}).get("__type", status)).rpartition("#")[2]
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)

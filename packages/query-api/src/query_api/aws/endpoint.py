"""Address, region and trusted certificates of a service, from botocore."""

import ssl
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError
from botocore.httpsession import get_cert_path

from query_api.aws.connection_pool import Origin
from query_api.exceptions import InvalidSettingsError

Service: TypeAlias = Literal["dynamodb", "lambda"]

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The address of a service.

    Attributes:
        host: for the header; with the port, unless that is the scheme's default.
        path: prefix of all paths; empty, or with a slash at its start and none at its end.
    """

    origin: Origin
    host: str
    path: str
    region: str


def create_session() -> boto3.Session:
    """Create a session from boto3's usual sources.

    Raises:
        InvalidSettingsError: AWS's own settings are invalid, such as an unknown profile.
    """
    try:
        return boto3.Session()
    except BotoCoreError as error:
        raise InvalidSettingsError("AWS configuration", str(error)) from error


def find_endpoint(session: boto3.Session, service: Service, endpoint_url: str | None) -> Endpoint:
    """Return the endpoint by botocore's own rules, variables and files.

    Args:
        endpoint_url: overrides botocore's.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    try:
        client: Any = session.client(service, endpoint_url=endpoint_url)
        ca_bundle = session._session.get_config_variable("ca_bundle")  # noqa: SLF001 - no other way
    except BotoCoreError as error:
        raise InvalidSettingsError("AWS configuration", str(error)) from error
    url = urlsplit(client.meta.endpoint_url)
    tls = None
    if url.scheme == "https":
        tls = ssl.create_default_context(cafile=ca_bundle or get_cert_path(verify=True))
    origin = Origin(url.hostname or "", url.port or _PORTS[url.scheme], tls)
    region: str = client.meta.region_name
    client.close()
    return Endpoint(origin, url.netloc, url.path.rstrip("/"), region)

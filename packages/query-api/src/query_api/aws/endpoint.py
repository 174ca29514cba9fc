"""What botocore knows of a service: its address, the region, certificates to trust."""

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
    """Where a service is.

    Attributes:
        host: for the header, with the port where that is not the scheme's own.
        path: that everything is under; empty or beginning with a slash, never ending with one.
    """

    origin: Origin
    host: str
    path: str
    region: str


def create_session() -> boto3.Session:
    """Let boto3 look where it always does.

    Raises:
        InvalidSettingsError: AWS's own settings are not usable, such as a profile that is not.
    """
    try:
        return boto3.Session()
    except BotoCoreError as error:
        raise InvalidSettingsError("AWS configuration", str(error)) from error


def find_endpoint(session: boto3.Session, service: Service, endpoint_url: str | None) -> Endpoint:
    """Let botocore decide, by its own rules, variables and files.

    Args:
        endpoint_url: instead of what botocore finds.

    Raises:
        InvalidSettingsError: there is no region, or AWS's own settings are not usable.
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

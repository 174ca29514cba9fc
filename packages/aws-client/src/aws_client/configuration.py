"""Region, credentials, endpoint and trusted certificates, from AWS's own variables and files.

Variables alone suffice in Lambda. Everywhere else botocore's rules and files decide, and botocore
is imported only there.

Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
"""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from aws_client.connection_pool import Origin
from aws_client.credentials import (
    BotocoreCredentials,
    Credentials,
    CredentialSource,
    RenewedCredentials,
    StaticCredentials,
)
from aws_client.errors import InvalidConfigurationError
from aws_client.operations import Service

_URL: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_PORTS: Final = {"http": 80, "https": 443}
# Their endpoints have other names than https://{service}.{region}.amazonaws.com.
_OTHER_PARTITIONS: Final = ("cn-", "eu-isoe-", "eusc-", "us-iso")
_OTHER_ENDPOINTS: Final = ("AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT")


@dataclass(frozen=True, slots=True)
class Session:
    """A region, and who calls.

    Attributes:
        credentials: None for those that botocore finds.
    """

    region: str
    credentials: Credentials | None = None

    def load_credentials(self) -> Credentials:
        """Load the credentials once; this may take seconds.

        Raises:
            RefusedError: there are none.
            UnavailableError: they cannot be read at the moment.
        """
        return self.credentials or BotocoreCredentials()(is_refused=False)

    def create_credential_source(self) -> CredentialSource:
        """Create a source for one event loop."""
        if self.credentials is not None:
            return StaticCredentials(self.credentials)
        return RenewedCredentials(BotocoreCredentials())


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

    @property
    def url(self) -> str:
        """The address as text, for messages."""
        scheme = "http" if self.origin.tls is None else "https"
        return f"{scheme}://{self.host}{self.path}"


def find_session(environment: Mapping[str, str] = os.environ) -> Session:
    """Find region and credentials.

    Raises:
        InvalidConfigurationError: no region is set, or AWS's own settings are invalid.
    """
    # In botocore's order; it does not read AWS_REGION, which AWS's runtimes and newer SDKs use.
    region = environment.get("AWS_DEFAULT_REGION") or environment.get("AWS_REGION")
    if not region or environment.get("AWS_PROFILE"):
        # A profile that does not exist is refused even if variables give everything.
        region = _find_botocore_variable("region") or region
    if not region:
        raise InvalidConfigurationError("AWS_REGION", "is not set")
    return Session(region, _find_credentials(environment))


def find_endpoint(
    session: Session,
    service: Service,
    endpoint_url: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Endpoint:
    """Find the endpoint of a service.

    Args:
        endpoint_url: overrides AWS's variables and files.

    Raises:
        InvalidConfigurationError: the URL or another of AWS's settings is invalid.
    """
    setting, text = (
        ("endpoint URL", endpoint_url)
        if endpoint_url
        else _find_url(session.region, service, environment)
    )
    url = _parse_url(setting, text)
    name, default_port = url.hostname or "", _PORTS[url.scheme]
    port = default_port if url.port is None else url.port
    host = f"[{name}]" if ":" in name else name
    if port != default_port:
        host = f"{host}:{port}"
    tls = _create_tls(environment) if url.scheme == "https" else None
    return Endpoint(Origin(name, port, tls), host, url.path.rstrip("/"))


def _parse_url(setting: str, text: str) -> SplitResult:
    # No error contains the URL or is chained to one that does: it may contain a password.
    if not _URL.fullmatch(text):
        raise InvalidConfigurationError(setting, "is not http://… or https://…")
    try:
        url = urlsplit(text)
        is_host_valid = bool(url.hostname and url.hostname.encode("idna")) and url.port != 0
    except ValueError:
        is_host_valid = False
    if not is_host_valid:
        raise InvalidConfigurationError(setting, "has an invalid host or port")
    if "@" in url.netloc or url.query or url.fragment:
        raise InvalidConfigurationError(setting, "must be a host and a path alone")
    return url


def _find_credentials(environment: Mapping[str, str]) -> Credentials | None:
    """Return the variables' credentials; None if botocore is needed to find or renew them."""
    access_key = environment.get("AWS_ACCESS_KEY_ID")
    secret_key = environment.get("AWS_SECRET_ACCESS_KEY")
    if not access_key or not secret_key or environment.get("AWS_CREDENTIAL_EXPIRATION"):
        return None
    return Credentials(access_key, secret_key, environment.get("AWS_SESSION_TOKEN") or None)


def _find_url(region: str, service: Service, environment: Mapping[str, str]) -> tuple[str, str]:
    """Find the URL of a service; returns the setting that gives it, and the URL."""
    if environment.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() != "true":
        for variable in (f"AWS_ENDPOINT_URL_{service.upper()}", "AWS_ENDPOINT_URL"):
            if url := environment.get(variable):
                return variable, url
    is_plain = not region.startswith(_OTHER_PARTITIONS) and not any(
        environment.get(variable, "").lower() == "true" for variable in _OTHER_ENDPOINTS
    )
    if is_plain and _is_lambda(environment):
        return "AWS_REGION", f"https://{service}.{region}.amazonaws.com"
    return "AWS configuration", _find_botocore_url(region, service)


def _create_tls(environment: Mapping[str, str]) -> ssl.SSLContext:
    bundle = environment.get("AWS_CA_BUNDLE")
    if not bundle and not _is_lambda(environment):
        bundle = _find_botocore_variable("ca_bundle") or _find_botocore_bundle()
    try:
        return ssl.create_default_context(cafile=bundle or None)
    except OSError as error:
        raise InvalidConfigurationError("AWS_CA_BUNDLE", type(error).__name__) from error


def _is_lambda(environment: Mapping[str, str]) -> bool:
    return "AWS_LAMBDA_FUNCTION_NAME" in environment


def _find_botocore_variable(name: str) -> str | None:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - see the module's docstring
    from botocore.session import Session as BotocoreSession  # noqa: PLC0415

    session = BotocoreSession()
    try:
        # It raises for a profile that does not exist, even if a variable gives the value.
        session.get_scoped_config()
        value: str | None = session.get_config_variable(name)
    except BotoCoreError as error:
        raise InvalidConfigurationError("AWS configuration", str(error)) from error
    return value


def _find_botocore_url(region: str, service: Service) -> str:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415 - see the module's docstring
    from botocore.session import Session as BotocoreSession  # noqa: PLC0415

    client: Any = None
    try:
        # The credentials are not used, and looking for them may take seconds.
        client = BotocoreSession().create_client(
            service,
            region,
            aws_access_key_id="none",
            aws_secret_access_key="none",  # noqa: S106
        )
    except BotoCoreError as error:
        raise InvalidConfigurationError("AWS configuration", str(error)) from error
    except ValueError:
        # Its text has the URL: see `_parse_url`.
        pass
    if client is None:
        raise InvalidConfigurationError("AWS configuration", "endpoint_url is not a URL")
    url: str = client.meta.endpoint_url
    client.close()
    return url


def _find_botocore_bundle() -> str:
    from botocore.httpsession import get_cert_path  # noqa: PLC0415 - see the module's docstring

    path: str = get_cert_path(verify=True)  # type: ignore[assignment]  # None only without verify
    return path

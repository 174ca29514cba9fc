"""Clients of the emulator only: no real account, no proxy, no configuration file."""

import os
from collections.abc import MutableMapping
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from aws_client import Credentials, Session

REGION: Final = "ap-southeast-1"

CREDENTIALS: Final = {
    # The emulator checks no signature. A key that is not 12 digits selects its default account.
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
}

AWS_SESSION: Final = Session(
    REGION, Credentials(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"])
)
"""For the clients of the package `aws-client`; `create_session` is for those of boto3."""

_HOST: Final = "127.0.0.1"
# The emulator is on this machine: longer means broken.
_CLIENT_CONFIG: Final = Config(
    proxies={},
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    s3={"addressing_style": "path"},
)


def isolate_environment(environment: MutableMapping[str, str]) -> None:
    """Remove the user's AWS settings from an environment, and set the emulator's.

    Otherwise a profile, an endpoint, a configuration file or a proxy of the user's would redirect
    the AWS clients.
    """
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update(
        CREDENTIALS,
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    for name in ("NO_PROXY", "no_proxy"):
        exempt = environment.get(name)
        environment[name] = f"{exempt},{_HOST}" if exempt else _HOST


def create_session() -> boto3.Session:
    """Create a boto3 session with the emulator's region and credentials."""
    return boto3.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )


def create_client(session: boto3.Session, service: str, endpoint_url: str) -> Any:  # noqa: ANN401 - boto3's clients have no common type
    """Create a client of a service that connects to the emulator without a proxy."""
    return session.client(service, endpoint_url=endpoint_url, config=_CLIENT_CONFIG)


def get_reason(error: BotoCoreError | ClientError) -> str:
    """Return the error code of a response, or the name of the client's own error."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__

"""Credentials from the sources that a deployed service and a developer have."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from query_api.aws.credentials import CredentialSource
from testing.fault_server import Exchange, encode_response

from ...support.waiting import wait_for_another


@pytest.fixture
def _no_credentials(monkeypatch):
    for variable in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


pytestmark = pytest.mark.usefixtures("_no_credentials")


def test_credentials_come_from_the_environment(monkeypatch, runner):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")

    credentials = runner.run(CredentialSource(boto3.Session()).get())

    assert credentials == ("from-environment", "secret", "token", None)


def test_credentials_come_from_a_profile(monkeypatch, runner, tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[support]\naws_access_key_id = from-profile\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "support")

    credentials = runner.run(CredentialSource(boto3.Session()).get())

    assert credentials.access_key == "from-profile"


def test_credentials_of_a_container_are_renewed_before_they_expire(monkeypatch, faults, runner):
    async def send_credentials(exchange: Exchange) -> None:
        # 12 minutes: botocore renews from 15 minutes before the end.
        expires = datetime.now(UTC) + timedelta(minutes=12)
        credentials = {
            "AccessKeyId": f"key-{len(faults.requests)}",
            "SecretAccessKey": "secret",
            "Token": "token",
            "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        exchange.writer.write(encode_response(200, json.dumps(credentials).encode()))

    faults.acts = [send_credentials]
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{faults.url}/credentials")
    source = CredentialSource(boto3.Session(), renew_every_s=0)

    async def get_until_renewed():
        await wait_for_another(source.get, await source.get())

    runner.run(get_until_renewed())

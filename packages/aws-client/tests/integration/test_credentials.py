"""Credentials from the sources that a deployed service and a developer have."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from threading import get_ident

import pytest

from aws_client import (
    Credentials,
    ExpiredCredentialsError,
    RefusedError,
    Session,
    UnavailableError,
    find_session,
)
from aws_client.credentials import BotocoreCredentials
from aws_client.operations import QUERY, decode_object
from testing.fault_server import encode_response

REGION = "ap-southeast-1"


@pytest.fixture(autouse=True)
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
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({}, "NoCredentialsError"),
        ({"AWS_ACCESS_KEY_ID": "key"}, "PartialCredentialsError"),
    ],
)
def test_credentials_that_are_not_there_cannot_be_loaded(monkeypatch, variables, code):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(RefusedError, match=code):
        find_session().load_credentials()


def test_the_credentials_of_a_session_are_loaded_as_they_are():
    credentials = Credentials("key", "secret")

    assert Session(REGION, credentials).load_credentials() is credentials


class Account:
    """A container's credentials endpoint and a DynamoDB that accepts what it has issued."""

    def __init__(self):
        self.lifetime_s = 3600.0
        self.is_issuing = True
        self.refuses_new = False
        self.issued = 0
        self.reads = 0
        self._valid_until_s = {}

    async def act(self, exchange):
        if exchange.line.startswith("GET"):
            self.reads += 1
            response = self._issue() if self.is_issuing else encode_response(500)
        else:
            response = self._check(exchange.headers["authorization"])
        exchange.writer.write(response)

    def revoke(self):
        self._valid_until_s.clear()

    def _issue(self):
        self.issued += 1
        key = f"key-{self.issued}"
        if not self.refuses_new:
            self._valid_until_s[key] = time.time() + self.lifetime_s
        expires = datetime.now(UTC) + timedelta(seconds=self.lifetime_s)
        credentials = {
            "AccessKeyId": key,
            "SecretAccessKey": "secret",
            "Token": "token",
            "Expiration": expires.isoformat(),
        }
        return encode_response(200, json.dumps(credentials).encode())

    def _check(self, authorization):
        key = authorization.partition("Credential=")[2].partition("/")[0]
        if self._valid_until_s.get(key, 0) > time.time():
            return encode_response(200, json.dumps({"key": key}).encode())
        return encode_response(400, b'{"__type": "com.amazon.coral.service#ExpiredTokenException"}')


@pytest.fixture
def account(faults, monkeypatch):
    found = Account()
    faults.acts = [found.act]
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{faults.url}/credentials")
    return found


@pytest.fixture
def call(make_client, faults, runner):
    client = make_client(faults.url, session=find_session())
    return lambda: runner.run(client.call(QUERY, b"{}", decode_object))["key"]


@pytest.fixture
def run_for(runner):
    """Let the event loop of the client run, so that renewals end."""
    return lambda delay_s: runner.run(asyncio.sleep(delay_s))


def test_credentials_of_variables_need_no_botocore(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")

    session = find_session()

    assert session == Session(REGION, Credentials("from-environment", "secret", "token"))


def test_credentials_come_from_a_profile(monkeypatch, runner, tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[support]\naws_access_key_id = from-profile\naws_secret_access_key = secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "support")

    credentials = runner.run(find_session().create_credential_source().get())

    assert credentials == Credentials("from-profile", "secret")


def test_missing_credentials_are_refused(make_client, faults, runner):
    client = make_client(faults.url, session=find_session())

    with pytest.raises(RefusedError, match="NoCredentialsError"):
        runner.run(client.call(QUERY, b"{}", decode_object))

    assert faults.requests == []


@pytest.mark.usefixtures("account")
def test_botocore_reads_credentials_in_another_thread(runner, monkeypatch):
    threads = []
    read = BotocoreCredentials.__call__

    def record(self, is_refused):
        threads.append(get_ident())
        return read(self, is_refused)

    monkeypatch.setattr(BotocoreCredentials, "__call__", record)

    runner.run(find_session().create_credential_source().get())

    assert len(threads) == 1
    assert get_ident() not in threads


def test_the_first_call_after_a_rest_uses_new_credentials(account, call):
    account.lifetime_s = 1
    first = call()

    time.sleep(1.1)

    assert call() != first


def test_short_lived_credentials_never_fail_a_call(account, call):
    account.lifetime_s = 1
    end_s = time.monotonic() + 3

    keys = []
    while time.monotonic() < end_s:
        keys.append(call())
        time.sleep(0.02)

    assert len(keys) > 20
    assert len(set(keys)) >= 3


def test_revoked_credentials_are_replaced_within_the_call(account, call):
    assert call() == "key-1"
    time.sleep(1)  # credentials are read at most once a second
    account.revoke()

    assert call() == "key-2"
    assert call() == "key-2"
    assert account.reads == 2


def test_credentials_that_are_refused_anew_are_an_error_until_others_are_issued(account, call):
    call()
    time.sleep(1)
    account.revoke()
    account.refuses_new = True
    with pytest.raises(ExpiredCredentialsError, match="ExpiredTokenException"):
        call()

    for _ in range(5):  # read at most once a second
        with pytest.raises(UnavailableError, match="ExpiredCredentials"):
            call()
    assert account.reads == 2

    time.sleep(1)
    account.refuses_new = False
    assert call() == "key-3"


def test_calls_recover_once_the_credentials_endpoint_does(account, call, run_for):
    call()
    time.sleep(1)
    account.revoke()
    account.is_issuing = False
    with pytest.raises(UnavailableError, match="CredentialRetrievalError"):
        call()
    account.is_issuing = True

    run_for(1)

    assert call() == "key-2"


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("body", [b"{}", b"<html>", b"[]", b'{"Expiration": "soon"}', b"\xff"])
def test_a_broken_credentials_endpoint_is_unavailable(call, faults, body):
    async def act(exchange):
        exchange.writer.write(encode_response(200, body))

    faults.acts = [act]

    with pytest.raises(UnavailableError):
        call()


def test_an_endpoint_that_botocore_does_not_accept_is_unavailable(call, monkeypatch):
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://dynamodb.test/credentials")

    with pytest.raises(UnavailableError):
        call()

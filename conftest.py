"""Fixtures of the packages' integration tests: one emulator, an account for each test.

This file is loaded in every environment, the models' without boto3 and httpx among them: a fixture
imports what only some environments have.
"""

import itertools
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import pytest

from testing.emulator import REGION, run_emulator

if find_spec("hypothesis"):
    from hypothesis import HealthCheck, settings

    # An example may take long on a busy machine, and so may drawing one.
    settings.register_profile(
        "default",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        print_blob=True,
    )
    settings.load_profile("default")

_account_ids = itertools.count(100_000_000_000)


@pytest.fixture(scope="session")
def emulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Base URL of an AWS emulator that lives as long as the test session."""
    with run_emulator(tmp_path_factory.mktemp("emulator")) as url:
        yield url


@pytest.fixture(scope="session")
def http() -> Iterator[Any]:
    """A client for servers of this machine; it keeps no connection."""
    import httpx  # noqa: PLC0415

    from testing.http_client import open_client  # noqa: PLC0415

    with open_client(limits=httpx.Limits(max_keepalive_connections=0)) as client:
        yield client


@pytest.fixture(scope="session")
def shared_session() -> Any:  # noqa: ANN401 - imported below
    """The boto3 session of all clients: it reads each service's model once, which takes long."""
    import boto3  # noqa: PLC0415

    return boto3.Session(region_name=REGION)


@pytest.fixture
def account_id() -> str:
    """An account of this test's own; the emulator takes an access key as the account id."""
    return str(next(_account_ids))


@pytest.fixture
def aws_client(
    emulator_url: str,
    shared_session: Any,  # noqa: ANN401
    account_id: str,
) -> Callable[[str], Any]:
    """Make boto3 clients of the test's account: no test sees another one's tables."""
    from botocore.config import Config  # noqa: PLC0415

    def make(service: str) -> Any:  # noqa: ANN401 - a client's class is made at run time
        return shared_session.client(
            service,
            endpoint_url=emulator_url,
            config=Config(proxies={}),
            aws_access_key_id=account_id,
            aws_secret_access_key="unchecked",  # noqa: S106 - the emulator checks no signature
        )

    return make

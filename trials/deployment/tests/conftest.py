"""Fixtures of the rehearsal's tests."""

import os

import pytest

from local_stack.emulator.aws_access import isolate_environment


@pytest.fixture(scope="session", autouse=True)
def _isolated_environment():
    """No test reaches a real AWS account or goes through a proxy, whoever's machine it is."""
    saved = dict(os.environ)
    isolate_environment(os.environ)
    yield
    os.environ.clear()
    os.environ.update(saved)

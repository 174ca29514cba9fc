"""Fixtures of the rehearsal's tests."""

import os
from unittest import mock

import pytest

from local_stack.emulator.aws_access import isolate_environment


@pytest.fixture(scope="session", autouse=True)
def _isolated_environment():
    """On any machine, no test reaches a real AWS account or uses a proxy."""
    with mock.patch.dict(os.environ):
        isolate_environment(os.environ)
        yield

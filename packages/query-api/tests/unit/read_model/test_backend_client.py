import logging
from threading import Event

import pytest

import aws_client
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidSettingsError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model.backend_client import (
    check_credentials,
    create_backend_client,
    map_error,
)
from query_api.settings import Settings

SESSION = aws_client.Session("ap-southeast-1", aws_client.Credentials("1", "2"))


@pytest.mark.parametrize(
    ("raised", "mapped"),
    [
        (aws_client.ThrottledError, ThrottledError),
        (aws_client.UnavailableError, UnavailableError),
        (aws_client.ConnectionFailedError, UnavailableError),
        (aws_client.DeadlineExceededError, DeadlineExceededError),
        (aws_client.ExpiredCredentialsError, UnavailableError),
        (aws_client.RefusedError, RefusedError),
        (aws_client.InvalidRequestError, RefusedError),
    ],
)
def test_each_error_of_the_client_has_its_error_of_the_port(raised, mapped):
    error = map_error(raised("SomeCode"))

    assert type(error) is mapped
    assert "SomeCode" in str(error)


def test_the_code_of_a_refusal_is_kept():
    error = map_error(aws_client.RefusedError("ResourceNotFoundException"))

    assert error.code == "ResourceNotFoundException"


def test_an_invalid_setting_of_aws_is_an_invalid_setting_of_the_service():
    settings = Settings(dynamodb_endpoint_url="http://user:password@127.0.0.1")

    with pytest.raises(InvalidSettingsError) as caught:
        create_backend_client("dynamodb", settings, SESSION)

    assert caught.value.setting == "endpoint URL"
    assert "password@" not in str(caught.value)


class FakeSession:
    """A session whose credentials have to be loaded.

    Attributes:
        error: raised by each load, if not None.
        may_load: loads wait until it is set.
    """

    credentials = None

    def __init__(self, error=None):
        self.error = error
        self.may_load = Event()
        self.may_load.set()

    def load_credentials(self):
        self.may_load.wait(10)
        if self.error:
            raise self.error
        return SESSION.credentials


def test_credentials_that_can_be_loaded_are_not_mentioned(caplog):
    check_credentials(FakeSession())

    assert caplog.records == []


def test_a_service_without_credentials_does_not_start():
    session = FakeSession(aws_client.RefusedError("NoCredentialsError"))

    with pytest.raises(InvalidSettingsError, match="set AWS_ACCESS_KEY_ID") as caught:
        check_credentials(session)

    assert caught.value.setting == "AWS credentials"


def test_an_endpoint_of_credentials_that_is_down_is_a_warning(caplog):
    caplog.set_level(logging.WARNING)

    check_credentials(FakeSession(aws_client.UnavailableError("CredentialRetrievalError")))

    assert caplog.messages == ["no credentials yet: CredentialRetrievalError"]


def test_a_slow_endpoint_of_credentials_is_a_warning_after_the_timeout(caplog):
    caplog.set_level(logging.WARNING)
    session = FakeSession()
    session.may_load.clear()

    check_credentials(session, timeout_s=0.01)
    session.may_load.set()

    assert caplog.messages == ["no credentials after 0.01 s"]

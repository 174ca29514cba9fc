import pytest

import aws_client
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidSettingsError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.read_model.backend_client import create_backend_client, map_error
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

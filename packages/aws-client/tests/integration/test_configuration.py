import ssl

import pytest

from aws_client import (
    ConnectionFailedError,
    InvalidConfigurationError,
    Session,
    find_session,
)
from aws_client.configuration import find_endpoint
from aws_client.operations import QUERY, decode_object

SESSION = Session("ap-southeast-1")


@pytest.fixture
def _no_aws_configuration(monkeypatch):
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(variable, "/dev/null")
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("_no_aws_configuration")
def test_aws_itself_is_called_over_verified_tls():
    endpoint = find_endpoint(SESSION, "dynamodb")

    assert endpoint.host == "dynamodb.ap-southeast-1.amazonaws.com"
    assert (endpoint.origin.host, endpoint.origin.port) == (endpoint.host, 443)
    assert endpoint.path == ""
    assert endpoint.origin.tls
    assert endpoint.origin.tls.verify_mode == ssl.CERT_REQUIRED
    assert endpoint.origin.tls.check_hostname


@pytest.mark.usefixtures("_no_aws_configuration")
def test_a_missing_region_is_an_invalid_configuration():
    with pytest.raises(InvalidConfigurationError, match="AWS_REGION: is not set"):
        find_session()


def test_an_unknown_profile_is_an_invalid_configuration(monkeypatch):
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")

    with pytest.raises(InvalidConfigurationError, match="nobody-has-this-profile"):
        find_session()


@pytest.mark.usefixtures("_no_aws_configuration")
@pytest.mark.parametrize("variable", ["AWS_DEFAULT_REGION", "AWS_REGION"])
def test_an_unknown_profile_is_refused_even_if_variables_give_everything(monkeypatch, variable):
    monkeypatch.setenv(variable, "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")

    with pytest.raises(InvalidConfigurationError, match="nobody-has-this-profile"):
        find_session()


def test_the_region_may_come_from_a_file(monkeypatch, tmp_path):
    file = tmp_path / "config"
    file.write_text("[default]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))

    assert find_session().region == "eu-north-1"


@pytest.mark.usefixtures("_no_aws_configuration")
def test_the_endpoint_may_come_from_a_file(monkeypatch, tmp_path):
    file = tmp_path / "config"
    file.write_text("[default]\nendpoint_url = http://127.0.0.1:8001\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))

    assert find_endpoint(SESSION, "dynamodb").host == "127.0.0.1:8001"


@pytest.mark.usefixtures("_no_aws_configuration")
def test_an_invalid_endpoint_in_a_file_is_an_invalid_configuration(monkeypatch, tmp_path):
    file = tmp_path / "config"
    file.write_text("[default]\nendpoint_url = user:canary\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))

    with pytest.raises(InvalidConfigurationError, match="endpoint_url is not a URL") as caught:
        find_endpoint(SESSION, "dynamodb")

    assert caught.value.__context__ is None


@pytest.mark.parametrize("name", ["missing.pem", "no-certificate.pem", ""])
def test_an_unusable_bundle_is_an_invalid_configuration(monkeypatch, tmp_path, name):
    (tmp_path / "no-certificate.pem").write_text("nothing")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / name))

    with pytest.raises(InvalidConfigurationError, match="AWS_CA_BUNDLE"):
        find_endpoint(SESSION, "dynamodb", "https://127.0.0.1")


@pytest.fixture
def call(tls_faults, make_client, runner):
    def call_server():
        client = make_client(tls_faults.url)
        return runner.run(client.call(QUERY, b"{}", decode_object))

    return call_server


@pytest.mark.usefixtures("_trust")
def test_a_certificate_of_a_configured_authority_is_trusted(call):
    assert call() == {}


@pytest.mark.parametrize("function_name", [None, "projection"])
def test_a_certificate_of_another_authority_is_refused(
    call, tls_faults, monkeypatch, function_name
):
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    if function_name:
        monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", function_name)

    with pytest.raises(ConnectionFailedError, match="SSLCertVerificationError"):
        call()

    assert tls_faults.requests == []

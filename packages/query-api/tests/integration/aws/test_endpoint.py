import ssl

import boto3
import pytest
import trustme

from query_api.aws.client import ClientOptions
from query_api.aws.endpoint import create_session, find_endpoint
from query_api.dynamodb.read_model import create_read_model
from query_api.exceptions import InvalidSettingsError, UnavailableError
from query_api.read_model.port import Page, RowQuery, Selection
from testing.fault_server import respond, run_fault_server

QUERY = RowQuery(index=None, partitions=("u",), selection=Selection(limit=10))
BODY = b'{"Items": []}'


@pytest.fixture
def _no_aws_configuration(monkeypatch):
    for variable in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(variable, "/dev/null")
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(variable, raising=False)


def test_the_endpoint_is_botocores(session):
    endpoint = find_endpoint(session, "dynamodb", None)

    assert endpoint.host == "dynamodb.ap-southeast-1.amazonaws.com"
    assert (endpoint.origin.host, endpoint.origin.port) == (endpoint.host, 443)
    assert (endpoint.path, endpoint.region) == ("", "ap-southeast-1")
    assert endpoint.origin.tls
    assert endpoint.origin.tls.verify_mode == ssl.CERT_REQUIRED
    assert endpoint.origin.tls.check_hostname


def test_the_environment_overrides_the_endpoint(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8001/prefix/")
    session = boto3.Session("1", "2", region_name="eu-west-1")

    endpoint = find_endpoint(session, "dynamodb", None)

    assert (endpoint.origin.port, endpoint.origin.tls) == (8001, None)
    assert (endpoint.host, endpoint.path) == ("127.0.0.1:8001", "/prefix")


@pytest.mark.usefixtures("_no_aws_configuration")
def test_a_missing_region_is_an_invalid_setting():
    with pytest.raises(InvalidSettingsError, match="region"):
        find_endpoint(create_session(), "dynamodb", None)


def test_an_unknown_profile_is_an_invalid_setting(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this-profile")

    with pytest.raises(InvalidSettingsError, match="nobody-has-this-profile"):
        create_session()


@pytest.fixture
def authority():
    return trustme.CA()


@pytest.fixture
def query_over_tls(authority, runner):
    """Query a server whose certificate the authority has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def query(url):
        options = ClientOptions(endpoint_url=url, deadline_s=10, max_connections=1)
        session = boto3.Session("1", "2", region_name="eu-west-1")
        read_model = create_read_model(session, "notification-records", options)
        try:
            return await read_model.get_page(QUERY)
        finally:
            read_model.close()

    with run_fault_server(context) as server:
        server.acts = [respond(200, BODY)]
        yield lambda: runner.run(query(server.url))


def test_a_certificate_of_a_trusted_authority_is_accepted(
    query_over_tls, authority, monkeypatch, tmp_path
):
    bundle = tmp_path / "bundle.pem"
    authority.cert_pem.write_to_path(str(bundle))
    monkeypatch.setenv("AWS_CA_BUNDLE", str(bundle))

    assert query_over_tls() == Page((), None)


def test_a_certificate_of_another_authority_is_refused(query_over_tls, monkeypatch):
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)

    with pytest.raises(UnavailableError, match="SSLCertVerificationError"):
        query_over_tls()

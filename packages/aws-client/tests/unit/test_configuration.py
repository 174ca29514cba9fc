import pytest

from aws_client import Credentials, InvalidConfigurationError, Session, find_session
from aws_client.configuration import find_endpoint

SESSION = Session("ap-southeast-1", Credentials("access", "secret"))


def find(url, environment=()):
    return find_endpoint(SESSION, "dynamodb", url, dict(environment))


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("http://127.0.0.1:8001", "127.0.0.1:8001", 8001, ""),
        ("http://127.0.0.1:8001/", "127.0.0.1:8001", 8001, ""),
        ("http://localhost", "localhost", 80, ""),
        ("http://localhost:80", "localhost", 80, ""),
        ("HTTP://LocalHost:8001/Prefix/", "localhost:8001", 8001, "/Prefix"),
        ("http://[::1]:8001/a/b", "[::1]:8001", 8001, "/a/b"),
        ("http://[::1]", "[::1]", 80, ""),
    ],
)
def test_a_url_gives_host_port_and_path(url, host, port, path):
    endpoint = find(url)

    assert (endpoint.host, endpoint.origin.port, endpoint.path) == (host, port, path)
    assert endpoint.origin.host == host.removesuffix(f":{port}").strip("[]")
    assert endpoint.origin.tls is None


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8001",
        "ftp://127.0.0.1",
        "http://",
        "http:///path",
        "http://:8001",
        "http://a..b",
        "http://host:0",
        "http://host:99999",
        "http://host:port",
        "http://host:-1",
        "http://[::1",
        "http://ho st",
        "http://host/a b",
        "http://host/\r\nx-injected: 1",
        "http://höst",
        "http://host/?query",
        "http://host/#fragment",
        "http://" + 70 * "x",
    ],
)
def test_an_invalid_url_is_an_invalid_configuration(url):
    with pytest.raises(InvalidConfigurationError, match="endpoint URL"):
        find(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://user:canary@127.0.0.1",
        "http://canary@127.0.0.1",
        "http://:canary@127.0.0.1",
        "http://user:canary/x@127.0.0.1",
        "http://user:canary@[::1",
        "http://user: canary@127.0.0.1",
    ],
)
def test_a_url_with_a_password_is_refused_without_repeating_it(url):
    with pytest.raises(InvalidConfigurationError) as caught:
        find(url)

    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("environment", "host"),
    [
        ({"AWS_ENDPOINT_URL": "http://all"}, "all"),
        ({"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"}, "one"),
        ({"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_SQS": "http://sqs"}, "all"),
        ({"AWS_ENDPOINT_URL": "", "AWS_ENDPOINT_URL_DYNAMODB": "http://one"}, "one"),
        (
            {
                "AWS_ENDPOINT_URL": "http://all",
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE",
                "AWS_LAMBDA_FUNCTION_NAME": "f",
            },
            "dynamodb.ap-southeast-1.amazonaws.com",
        ),
    ],
)
def test_variables_give_the_endpoint(environment, host):
    assert find(None, environment).host == host


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001", "http://localhost", "https://[::1]:8443/a/b"]
)
def test_an_endpoint_has_its_url(url):
    assert find(url).url == url


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_DYNAMODB"])
def test_the_variable_of_an_invalid_url_is_named(variable):
    with pytest.raises(InvalidConfigurationError) as caught:
        find(None, {variable: "nonsense"})

    assert caught.value.setting == variable


def test_an_argument_overrides_the_variables():
    assert find("http://mine", {"AWS_ENDPOINT_URL": "http://all"}).host == "mine"


VARIABLES = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "access",
    "AWS_SECRET_ACCESS_KEY": "secret",
}


@pytest.mark.parametrize(
    ("changes", "session"),
    [
        ({}, Session("eu-west-1", Credentials("access", "secret"))),
        (
            {"AWS_SESSION_TOKEN": "token"},
            Session("eu-west-1", Credentials("access", "secret", "token")),
        ),
        (
            {"AWS_DEFAULT_REGION": "eu-west-2"},
            Session("eu-west-2", Credentials("access", "secret")),
        ),
        ({"AWS_SECRET_ACCESS_KEY": ""}, Session("eu-west-1")),
        ({"AWS_ACCESS_KEY_ID": ""}, Session("eu-west-1")),
        ({"AWS_CREDENTIAL_EXPIRATION": "2026-11-25T00:00:00Z"}, Session("eu-west-1")),
    ],
)
def test_variables_give_region_and_credentials(changes, session):
    assert find_session(VARIABLES | changes) == session

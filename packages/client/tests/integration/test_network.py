"""TLS and proxies."""

import ssl

import pytest

from notification_client import ConnectionFailedError
from testing.fault_server import send


def test_a_server_with_a_trusted_certificate_is_used(tls_server, find, encoded_page, authority):
    tls_server.acts = [send(encoded_page)]
    context = ssl.create_default_context()
    authority.configure_trust(context)

    assert find(tls_server.url, verify=context) == ["ok"]


def test_a_server_with_an_unknown_certificate_gets_no_request(tls_server, find):
    with pytest.raises(ConnectionFailedError, match="CERTIFICATE_VERIFY_FAILED"):
        find(tls_server.url, attempts=1)

    assert tls_server.requests == []


def test_the_proxy_of_the_environment_is_used(server, find, encoded_page, monkeypatch):
    server.acts = [send(encoded_page)]
    monkeypatch.setenv("HTTP_PROXY", server.url)

    assert find("http://api.example.com/v1", trust_env=True) == ["ok"]

    (request,) = server.requests
    assert request.line == "POST http://api.example.com/v1/query/user HTTP/1.1"


def test_without_trust_the_environment_is_ignored(server, find, encoded_page, monkeypatch):
    server.acts = [send(encoded_page)]
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    assert find(server.url) == ["ok"]

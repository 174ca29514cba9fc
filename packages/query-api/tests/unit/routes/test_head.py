import pytest

READS = ["/", "/health", "/health/ready", "/openapi.json", "/docs", "/docs/page.css", "/console"]


def get_headers(response):
    return {name: text for name, text in response.headers.items() if name != "x-request-id"}


@pytest.mark.parametrize("prefix", ["", "/v1"])
@pytest.mark.parametrize("path", [*READS, "/docs/nothing.js"])
def test_head_has_the_headers_of_get_and_no_body(client, prefix, path):
    get = client.get(prefix + path, follow_redirects=False)

    head = client.head(prefix + path, follow_redirects=False)

    assert head.status_code == get.status_code
    assert get_headers(head) == get_headers(get)
    assert head.content == b""


def test_every_path_that_can_be_read_by_get_can_be_read_by_head(routes):
    methods = [route.methods for route in routes.routes if "GET" in (route.methods or ())]

    assert len(methods) == 2 * len([*READS, "/console/digest/path"])
    assert all("HEAD" in each for each in methods)


def test_a_query_cannot_be_read_by_head(client):
    response = client.head("/query/user")

    assert (response.status_code, response.headers["Allow"]) == (405, "POST")

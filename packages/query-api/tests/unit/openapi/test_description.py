import pytest
from openapi_spec_validator import validate

from query_api.exceptions import (
    DeadlineExceededError,
    NotReadyError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.http.problems import PROBLEMS
from query_api.http.responses import QueryAnswer
from query_api.http.summary_responses import SummaryAnswer
from query_api.read_model.counts import COUNTED_BY
from query_api.read_model.notification import Notification
from query_api.routes.legacy import LEGACY_PATHS

QUERIES = ["/query/user", "/query/marketing", "/query/fail", "/query/transaction"]
SUMMARIES = ["/query/user/summary", "/query/marketing/summary", "/query/fail/summary"]
# Pages for people, and the description itself.
UNDESCRIBED = {
    "/",
    "/v1",
    "/openapi.json",
    "/docs",
    "/docs/{name:str}",
    "/console",
    "/console/{digest:str}/{path:path}",
}
UNDESCRIBED_METHODS = {"HEAD", "OPTIONS"}  # the introduction describes HEAD


@pytest.fixture
def description(client):
    return client.get("/openapi.json").json()


@pytest.fixture
def resolve(description):
    def follow(part):
        while "$ref" in part:
            found = description
            for name in part["$ref"].removeprefix("#/").split("/"):
                found = found[name]
            part = found
        return part

    return follow


def list_operations(description):
    operations = [
        (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    assert operations
    return operations


def test_the_description_is_valid(description):
    validate(description)


def test_every_route_is_described_and_nothing_else(routes, description):
    served = {
        (method, route.path)
        for route in routes.routes
        # Query routes are plain ASGI: they list no methods and check them themselves.
        for method in route.methods or {"POST"}
        if route.path not in UNDESCRIBED
        and not route.path.startswith("/v1/")
        and method not in UNDESCRIBED_METHODS
    }

    assert {(method, path) for method, path, _ in list_operations(description)} == served


def test_every_operation_has_an_id_a_tag_and_a_text(description):
    tags = {tag["name"] for tag in description["tags"]}
    operations = [operation for *_, operation in list_operations(description)]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert operation["description"]


def test_only_legacy_paths_are_deprecated(description):
    deprecated = {
        path for _, path, operation in list_operations(description) if operation.get("deprecated")
    }

    assert deprecated == set(LEGACY_PATHS)


def test_the_body_of_a_query_is_described(description, resolve):
    content = description["paths"]["/query/user"]["post"]["requestBody"]["content"]

    schema = resolve(content["application/json"]["schema"])
    assert schema["required"] == ["user_id"]
    assert not schema["additionalProperties"]
    limit, null = schema["properties"]["limit"]["anyOf"]
    assert (limit["maximum"], null) == (100, {"type": "null"})
    assert schema["properties"]["created_from"]["anyOf"][0]["oneOf"][0]["minimum"] == 10**11
    assert [form["type"] for form in schema["properties"]["ap_id"]["anyOf"][0]["oneOf"]] == [
        "string",
        "array",
    ]
    assert schema["properties"]["user_id"]["maxLength"] == 2048
    assert "title" not in schema["properties"]["user_id"]


@pytest.mark.parametrize("path", QUERIES + SUMMARIES)
def test_every_example_of_a_body_is_a_valid_query(client, description, path):
    content = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    bodies = [example["value"] for example in content["examples"].values()]

    assert len(bodies) >= 2
    for body in bodies:
        assert client.post(path, json=body).status_code == 200


@pytest.mark.parametrize("path", LEGACY_PATHS)
def test_the_example_of_a_legacy_body_is_a_valid_query(client, description, path):
    content = description["paths"][path]["post"]["requestBody"]["content"]["application/json"]

    assert client.post(path, json=content["example"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("QueryAnswer", list(QueryAnswer.__struct_fields__)),
        ("NotificationRecord", Notification.__struct_fields__),
    ],
)
def test_a_response_is_described_with_all_its_fields(description, name, fields):
    schema = description["components"]["schemas"][name]

    assert set(schema["properties"]) == set(fields)
    assert set(schema["required"]) == set(schema["properties"])


def test_a_summary_is_described_with_all_its_fields_and_a_group_needs_its_count(description):
    schemas = description["components"]["schemas"]

    assert schemas["SummaryAnswer"]["required"] == list(SummaryAnswer.__struct_fields__)
    assert set(schemas["SummaryGroup"]["properties"]) == COUNTED_BY | {"other", "count"}
    assert schemas["SummaryGroup"]["required"] == ["count"]


def test_a_body_of_a_summary_names_what_can_be_counted_by(description, resolve):
    content = description["paths"]["/query/fail/summary"]["post"]["requestBody"]["content"]

    schema = resolve(content["application/json"]["schema"])
    by = schema["properties"]["by"]["anyOf"][0]
    assert set(by["items"]["enum"]) == COUNTED_BY
    assert (by["maxItems"], by["uniqueItems"]) == (4, True)
    assert "limit" not in schema["properties"]


def test_every_problem_of_an_operation_has_an_example(description):
    shown = {
        (example["value"]["status"], name)
        for response in description["components"]["responses"].values()
        for content in response.get("content", {}).values()
        for name, example in content.get("examples", {}).items()
    }

    elsewhere = {404, 405}  # there is no operation to have them
    assert shown == {
        (each.status, each.name) for each in PROBLEMS.values() if each.status not in elsewhere
    }


@pytest.mark.parametrize(
    "failure",
    [
        ThrottledError("x"),
        UnavailableError("x"),
        DeadlineExceededError("x"),
        RefusedError("x"),
        NotReadyError("x"),
        ValueError("x"),
    ],
)
def test_the_response_to_every_failure_is_described(
    client, read_model, description, resolve, failure
):
    read_model.failure = failure
    bodies = {
        "/query/user": "user_id",
        "/query/marketing": "marketing_id",
        "/query/user/summary": "user_id",
        "/query/marketing/summary": "marketing_id",
    }

    for method, path, operation in list_operations(description):
        body = {bodies.get(path, "transaction_id"): "x"} if method == "POST" else None
        response = client.request(method, path, json=body, follow_redirects=False)

        described = resolve(operation["responses"][str(response.status_code)])
        content_types = set(described.get("content", {})) or {"text/plain; charset=utf-8"}
        assert response.headers["Content-Type"] in content_types
        assert {name.lower() for name in described["headers"]} <= set(response.headers)


def test_the_response_to_malformed_http_is_described_everywhere(client, description, resolve):
    for method, path, operation in list_operations(description):
        response = client.request(method, path, headers={"Host": "a b"}, follow_redirects=False)

        described = resolve(operation["responses"][str(response.status_code)])
        assert response.status_code == 400
        assert response.headers["Content-Type"] in described["content"]


def test_every_shared_part_is_used(client, description):
    text = client.get("/openapi.json").text
    parts = [
        f'"#/components/{section}/{name}"'
        for section, names in description["components"].items()
        for name in names
    ]

    assert parts
    assert [part for part in parts if part not in text] == []


def test_the_description_is_the_same_under_the_stage_prefix(client, description):
    response = client.get("/v1/openapi.json")

    assert response.json() == description
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json"


def test_the_server_is_relative_to_the_description(description):
    assert [server["url"] for server in description["servers"]] == ["."]


@pytest.mark.parametrize("path", ["/schema", "/openapi.json/redoc", "/openapi.yaml"])
def test_the_pages_of_the_framework_which_load_from_a_cdn_are_not_served(client, path):
    assert client.get(path).status_code == 404

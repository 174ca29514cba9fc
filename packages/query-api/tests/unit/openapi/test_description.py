import dataclasses

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
from query_api.read_model.notification import Notification

UNDESCRIBED = {"/", "/v1", "/openapi.json", "/docs", "/docs/{name:str}"}


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


def get_operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def test_the_description_is_valid(description):
    validate(description)


def test_every_route_is_described_and_nothing_else(routes, description):
    served = {
        (method, route.path)
        for route in routes.routes
        # A route without methods is one of queries, which look at the method by themselves.
        for method in route.methods or {"POST"}
        if route.path not in UNDESCRIBED
        and not route.path.startswith("/v1/")
        and method != "OPTIONS"
    }

    assert {(method, path) for method, path, _ in get_operations(description)} == served


def test_every_operation_has_an_id_a_tag_and_words(description):
    tags = {tag["name"] for tag in description["tags"]}
    operations = [operation for *_, operation in get_operations(description)]

    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert operation["description"]


def test_only_legacy_paths_are_deprecated(description):
    deprecated = {
        path for _, path, operation in get_operations(description) if operation.get("deprecated")
    }

    assert deprecated == {"/query/failure", "/query/failed"}


def test_the_body_of_a_query_is_described(description, resolve):
    content = description["paths"]["/query/user"]["post"]["requestBody"]["content"]

    schema = resolve(content["application/json"]["schema"])
    assert schema["required"] == ["user_id"]
    assert not schema["additionalProperties"]
    assert schema["properties"]["limit"]["maximum"] == 100
    assert schema["properties"]["user_id"]["maxLength"] == 2048
    assert "title" not in schema["properties"]["user_id"]


def test_an_example_of_a_body_is_answered(client, description):
    for method, path, operation in get_operations(description):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in content.get("examples", {}).values():
            assert client.request(method, path, json=example["value"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("QueryAnswer", [field.name for field in dataclasses.fields(QueryAnswer)]),
        ("NotificationRecord", Notification.__struct_fields__),
    ],
)
def test_an_answer_is_described_with_the_fields_it_has(description, name, fields):
    schema = description["components"]["schemas"][name]

    assert set(schema["properties"]) == set(fields)
    assert set(schema["required"]) == set(schema["properties"])


def test_every_problem_that_an_operation_can_have_is_shown(description):
    shown = {
        (example["value"]["status"], name)
        for response in description["components"]["responses"].values()
        for content in response.get("content", {}).values()
        for name, example in content.get("examples", {}).items()
    }

    elsewhere = {404, 405}  # where there is no operation
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
def test_every_answer_to_a_failure_is_described(client, read_model, description, resolve, failure):
    read_model.failure = failure
    bodies = {"/query/user": "user_id", "/query/marketing": "marketing_id"}

    for method, path, operation in get_operations(description):
        body = {bodies.get(path, "transaction_id"): "x"} if method == "POST" else None
        response = client.request(method, path, json=body, follow_redirects=False)

        described = resolve(operation["responses"][str(response.status_code)])
        content_types = set(described.get("content", {})) or {"text/plain; charset=utf-8"}
        assert response.headers["Content-Type"] in content_types
        assert {name.lower() for name in described["headers"]} <= set(response.headers)


def test_the_answer_to_what_is_no_http_is_described_everywhere(client, description, resolve):
    for method, path, operation in get_operations(description):
        response = client.request(method, path, headers={"Host": "a b"}, follow_redirects=False)

        described = resolve(operation["responses"][str(response.status_code)])
        assert response.status_code == 400
        assert response.headers["Content-Type"] in described["content"]


def test_every_shared_part_is_used(client, description):
    text = client.get("/openapi.json").text

    for section, parts in description["components"].items():
        for name in parts:
            assert f'"#/components/{section}/{name}"' in text


def test_the_description_is_the_same_under_the_stage_prefix(client, description):
    response = client.get("/v1/openapi.json")

    assert response.json() == description
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json"


def test_the_server_is_relative_to_the_description(description):
    assert [server["url"] for server in description["servers"]] == ["."]


@pytest.mark.parametrize("path", ["/schema", "/openapi.json/redoc", "/openapi.yaml"])
def test_no_page_of_the_framework_is_served_that_would_load_from_a_cdn(client, path):
    assert client.get(path).status_code == 404

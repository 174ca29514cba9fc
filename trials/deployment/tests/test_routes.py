"""The gateway's routes compared with the service's own: infra may not import query-api."""

import json

import pytest

from infra.constructs.private_api.routes import (
    BROWSER_PATHS,
    LEGACY_PATHS,
    QUERIES,
    READ_METHODS,
    READ_PATHS,
    STAGE,
    SUMMARIES,
)
from query_api.asgi import STAGE_PREFIX, create_routes
from query_api.openapi.description import encode_description

# Its redirect is relative, and the gateway cuts the stage off: from `…/v1`, without a slash at the
# end, it would lead out of the stage.
SERVICE_ONLY = {(method, "/") for method in READ_METHODS}


@pytest.fixture(scope="module")
def served():
    """(method, path) of the service's routes, once without the gateway's stage."""
    return {
        (method, route.path.replace(":str}", "}").replace(":path}", "+}"))
        for route in create_routes(read_model=None).routes
        if not route.path.startswith(STAGE_PREFIX)
        # A route without methods is a query's, which checks the method itself.
        for method in route.methods or {"POST"}
        if method != "OPTIONS"
    }


@pytest.fixture(scope="module")
def description():
    return json.loads(encode_description())


@pytest.fixture
def schema(description, route):
    """The schema of a query's body."""
    operation = description["paths"][f"/{route.path}"]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    return description["components"]["schemas"][reference.rpartition("/")[2]]


def find_types(schema):
    """JSON types of a field's value, which may also be null."""
    choices = schema.get("anyOf") or schema.get("oneOf")
    found = set().union(*map(find_types, choices)) if choices else {schema["type"]}
    return found - {"null"}


def classify(types):
    """How a query string has the field: as a list of names, a number or a text."""
    if types == {"array"}:
        return "list"
    return "number" if "integer" in types else "text"


def test_the_stage_is_the_prefix_of_the_service():
    assert f"/{STAGE}" == STAGE_PREFIX


def test_the_gateway_serves_every_route_of_the_service(served):
    gateway = {
        *(("POST", f"/{route.path}") for route in QUERIES),
        *(("POST", f"/{path}") for path in LEGACY_PATHS),
        *(
            (method, f"/{path}")
            for method in READ_METHODS
            for path in (*READ_PATHS, *BROWSER_PATHS)
        ),
    }

    assert gateway == served - SERVICE_ONLY


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.path)
def test_a_query_takes_the_same_fields_at_the_gateway_and_at_the_service(schema, route):
    kinds = {name: classify(find_types(each)) for name, each in schema["properties"].items()}

    assert schema.get("required", []) == ([route.id_field] if route.has_required_id else [])
    assert kinds == {
        route.id_field: "text",
        **dict.fromkeys(route.text_fields, "text"),
        **dict.fromkeys(route.number_fields, "number"),
        **dict.fromkeys(route.list_fields, "list"),
    }


@pytest.mark.parametrize("route", SUMMARIES, ids=lambda route: route.path)
def test_no_name_of_a_list_has_the_comma_that_separates_them_in_a_query_string(schema, route):
    for field in route.list_fields:
        choices = schema["properties"][field]["anyOf"]
        (names,) = (each["items"]["enum"] for each in choices if each["type"] == "array")
        assert names
        assert not any("," in name for name in names)

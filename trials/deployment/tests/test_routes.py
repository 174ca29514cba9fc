"""The gateway's routes compared with the service's own: infra may not import query-api."""

import json

import pytest

from infra.constructs.private_api.routes import (
    LEGACY_PATHS,
    QUERIES,
    READ_METHODS,
    READ_PATHS,
    STAGE,
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
        (method, route.path.replace(":str", ""))
        for route in create_routes(read_model=None).routes
        if not route.path.startswith(STAGE_PREFIX)
        # A route without methods is a query's, which checks the method itself.
        for method in route.methods or {"POST"}
        if method != "OPTIONS"
    }


@pytest.fixture(scope="module")
def description():
    return json.loads(encode_description())


def get_type(schema):
    """JSON type of a field's value, which may also be null."""
    (found,) = {each["type"] for each in schema.get("anyOf", [schema])} - {"null"}
    return found


def test_the_stage_is_the_prefix_of_the_service():
    assert f"/{STAGE}" == STAGE_PREFIX


def test_the_gateway_serves_every_route_of_the_service(served):
    gateway = {
        *(("POST", f"/{route.path}") for route in QUERIES),
        *(("POST", f"/{path}") for path in LEGACY_PATHS),
        *((method, f"/{path}") for method in READ_METHODS for path in READ_PATHS),
    }

    assert gateway == served - SERVICE_ONLY


@pytest.mark.parametrize("route", QUERIES, ids=lambda route: route.path)
def test_a_query_takes_the_same_fields_at_the_gateway_and_at_the_service(description, route):
    operation = description["paths"][f"/{route.path}"]["post"]
    reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = description["components"]["schemas"][reference.rpartition("/")[2]]

    types = {name: get_type(each) for name, each in schema["properties"].items()}

    assert schema["required"] == [route.id_field]
    assert types == {
        route.id_field: "string",
        **dict.fromkeys(route.text_fields, "string"),
        **dict.fromkeys(route.number_fields, "integer"),
    }

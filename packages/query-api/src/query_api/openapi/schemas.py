"""The schemas of requests and responses, derived from their types."""

from typing import Any, Final

import msgspec
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from query_api.http.requests.queries import (
    FailRequest,
    MarketingRequest,
    TransactionRequest,
    UserRequest,
)
from query_api.http.requests.summaries import (
    FailSummaryRequest,
    MarketingSummaryRequest,
    UserSummaryRequest,
)
from query_api.http.responses import BadRequestProblem, Problem, QueryAnswer
from query_api.http.summary_responses import SummaryAnswer, SummaryGroup
from query_api.read_model.notification import Notification

_REQUESTS: Final = (
    UserRequest,
    MarketingRequest,
    FailRequest,
    TransactionRequest,
    UserSummaryRequest,
    MarketingSummaryRequest,
    FailSummaryRequest,
)
_RESPONSES: Final = (QueryAnswer, SummaryAnswer, Problem, BadRequestProblem)
# Public, so it stays when the class is renamed.
_RECORD: Final = "NotificationRecord"


def refer(section: str, name: str) -> dict[str, str]:
    """Return a reference to a shared part, by its section and name."""
    return {"$ref": f"#/components/{section}/{name}"}


def create_schemas() -> dict[str, Any]:
    """Create all schemas, by name."""
    return {**_create_request_schemas(), **_create_response_schemas()}


class _SchemaWithoutTitles(GenerateJsonSchema):
    """Titles would only repeat the names of fields."""

    def field_title_should_be_set(self, schema: object) -> bool:
        del schema
        return False


def _create_request_schemas() -> dict[str, Any]:
    _, definitions = TypeAdapter.json_schemas(
        [(model.__name__, "validation", TypeAdapter(model)) for model in _REQUESTS],
        ref_template="#/components/schemas/{model}",
        schema_generator=_SchemaWithoutTitles,
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas


def _create_response_schemas() -> dict[str, Any]:
    _, schemas = msgspec.json.schema_components(
        _RESPONSES, ref_template="#/components/schemas/{name}"
    )
    schemas[_RECORD] = schemas.pop(Notification.__name__)
    schemas[QueryAnswer.__name__]["properties"]["data"]["items"] = refer("schemas", _RECORD)
    for schema in schemas.values():
        del schema["title"]  # repeats the name
        # Responses have every field; defaults are for reading them.
        schema["required"] = list(schema["properties"])
        for each in schema["properties"].values():
            each.pop("default", None)
    schemas[SummaryGroup.__name__]["required"] = ["count"]  # and what `by` names
    return schemas

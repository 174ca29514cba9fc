"""The shapes that the description of the API shares: questions, answers, problems."""

from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from notification_models import Platform, Status
from notification_models.values import MAX_CREATED_AT_MS
from query_api.http.requests import (
    MAX_LIMIT,
    FailRequest,
    MarketingRequest,
    TransactionRequest,
    UserRequest,
)

EXAMPLE_RECORD: Final = {
    "user_id": "test_user_001",
    "transaction_id": "tx_001",
    "created_at": 1_704_067_200_000,
    "marketing_id": "campaign_2024_new_year",
    "notification_title": "新年快樂 🎉",
    "status": "FAILED",
    "platform": "IOS",
    "error_msg": "Token expired",
    "ap_id": "mobile-app-001",
}

_REQUESTS: Final = (UserRequest, MarketingRequest, FailRequest, TransactionRequest)
_TEXT: Final = {"type": "string"}
_OPTIONAL_TEXT: Final = {"type": ["string", "null"]}


def refer(section: str, name: str) -> dict[str, str]:
    """Refer to a shared part by the section and the name it has there."""
    return {"$ref": f"#/components/{section}/{name}"}


def create_schemas() -> dict[str, Any]:
    """Make all shapes."""
    return {
        **_create_request_schemas(),
        "QueryAnswer": _describe_object("Notifications, newest first.", _describe_answer()),
        "NotificationRecord": _describe_object("One notification.", _describe_record()),
        "Problem": _describe_object("What went wrong (RFC 9457).", _describe_problem()),
        "BadRequestProblem": {
            "description": "What went wrong, and where in the body.",
            "allOf": [
                refer("schemas", "Problem"),
                {"type": "object", "required": ["errors"], "properties": _describe_errors()},
            ],
        },
        "RequestFault": _describe_object("One thing to correct.", _describe_fault()),
    }


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


def _describe_object(description: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Every field is always there."""
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "properties": properties,
    }


def _describe_answer() -> dict[str, Any]:
    return {
        "success": {"type": "boolean", "const": True},
        "data": {
            "type": "array",
            "maxItems": MAX_LIMIT,
            "items": refer("schemas", "NotificationRecord"),
        },
        "message": _TEXT | {"description": "The same for people."},
        "total_count": {
            "type": "integer",
            "minimum": 0,
            "maximum": MAX_LIMIT,
            "description": "Rows in this answer, not in all pages.",
        },
        "next_cursor": _OPTIONAL_TEXT
        | {"description": "`cursor` of the request for what follows; null when nothing does."},
    }


def _describe_record() -> dict[str, Any]:
    return {
        "user_id": _TEXT,
        "transaction_id": _TEXT,
        "created_at": {
            "type": "integer",
            "format": "int64",
            "minimum": 0,
            "maximum": MAX_CREATED_AT_MS,
            "description": "Milliseconds since the epoch.",
        },
        "marketing_id": _OPTIONAL_TEXT | {"description": "The campaign, if it is of one."},
        "notification_title": _TEXT,
        "status": _TEXT | {"description": _describe_values(Status)},
        "platform": _TEXT | {"description": _describe_values(Platform)},
        "error_msg": _OPTIONAL_TEXT | {"description": "Why it failed, if the sender said so."},
        "ap_id": _OPTIONAL_TEXT | {"description": "The application it came from."},
    }


def _describe_values(known: type[Status] | type[Platform]) -> str:
    return f"{', '.join(known)}, or one that is new: it is served as it came."


def _describe_problem() -> dict[str, Any]:
    return {
        "type": _TEXT | {"format": "uri-reference", "description": "Stays the same for ever."},
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT | {"description": "What to do about it."},
        "request_id": _TEXT | {"description": "By which the service's log has it too."},
    }


def _describe_errors() -> dict[str, Any]:
    return {"errors": {"type": "array", "items": refer("schemas", "RequestFault")}}


def _describe_fault() -> dict[str, Any]:
    return {
        "pointer": _TEXT | {"description": "JSON pointer into the body; empty for all of it."},
        "detail": _TEXT | {"description": "The rule that is broken, never the value."},
    }

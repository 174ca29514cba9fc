"""The types of the fields in request bodies: their rules and their JSON schemas."""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from notification_models.served_attributes import KNOWN_VALUES
from notification_models.served_text import recognize
from notification_models.values import (
    FIRST_IN_MS,
    MAX_CREATED_AT_MS,
    MAX_MARKETING_ID_BYTES,
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
)

MAX_FILTER_VALUES: Final = 10

# RFC 3339, section 5.6. Python's own parser also reads other forms of ISO 8601.
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([01][0-9]|2[0-3])(:[0-5][0-9]){2}(\.[0-9]+)?"
    r"(?P<offset>[Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?"
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


def _at_most(max_bytes: int) -> AfterValidator:
    """Limit a text as DynamoDB limits keys: by its UTF-8 bytes, not its characters."""

    def check(value: str) -> str:
        if len(value.encode()) > max_bytes:
            raise PydanticCustomError(
                "too_many_bytes",
                "String should have at most {max_bytes} bytes in UTF-8",
                {"max_bytes": max_bytes},
            )
        return value

    return AfterValidator(check)


def _describe_size(max_bytes: int) -> JsonDict:
    """Express the limit for JSON schema, which counts characters: never more than the bytes."""
    return {"maxLength": max_bytes, "description": f"At most {max_bytes} bytes in UTF-8."}


UserId: TypeAlias = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_USER_ID_BYTES)),
    _at_most(MAX_USER_ID_BYTES),
]
MarketingId: TypeAlias = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_MARKETING_ID_BYTES)),
    _at_most(MAX_MARKETING_ID_BYTES),
]
TransactionId: TypeAlias = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_TRANSACTION_ID_BYTES)),
    _at_most(MAX_TRANSACTION_ID_BYTES),
]


def _refuse_null(transaction_id: object) -> object:
    """Refuse null: a caller without an id must not get the failures of all applications."""
    if transaction_id is None:
        raise PydanticCustomError("string_type", "Input should be a valid string")
    return transaction_id


OptionalTransactionId: TypeAlias = Annotated[
    TransactionId | None,
    BeforeValidator(_refuse_null),
    WithJsonSchema(TypeAdapter(TransactionId).json_schema()),
]
"""None only as the default of a field that is absent."""


def _find_form(value: object) -> str | None:
    """Return the tag of the one form that a filter has, so that errors are of that form only."""
    if isinstance(value, str):
        return "value"
    return "list" if isinstance(value, list) else None


_FilterValue: TypeAlias = Annotated[str, Field(min_length=1)]

FilterValues: TypeAlias = Annotated[
    Annotated[_FilterValue, Tag("value")]
    | Annotated[list[_FilterValue], Field(min_length=1, max_length=MAX_FILTER_VALUES), Tag("list")],
    Discriminator(
        _find_form,
        custom_error_type="filter_type",
        custom_error_message="Input should be a valid string or a list of strings",
    ),
]
"""One accepted value or several."""


def normalize_filter(attribute: str, values: str | list[str]) -> tuple[str, ...]:
    """Return the accepted values, each once; known ones in capitals, as rows have them."""
    listed = [values] if isinstance(values, str) else values
    known = KNOWN_VALUES.get(attribute)
    if known:
        listed = [recognize(value, known) or value for value in listed]
    return tuple(dict.fromkeys(listed))


def _to_milliseconds(value: object) -> int:
    if isinstance(value, str):
        return _decode_date_time(value)
    if type(value) is not int:
        raise PydanticCustomError(
            "time_type", "Input should be an integer or a date and time of RFC 3339"
        )
    if 0 <= value < FIRST_IN_MS:
        # As milliseconds they would be in 1970, and select all rows or none.
        raise PydanticCustomError(
            "seconds", "Input should be in milliseconds since the epoch, and looks like seconds"
        )
    return _check_range(value)


def _decode_date_time(text: str) -> int:
    """Decode a text of RFC 3339 to milliseconds since the epoch.

    A part of a millisecond counts as a whole one: then the same rows are at or after this time.
    """
    match = _DATE_TIME.fullmatch(text)
    if match and not match["offset"]:
        raise PydanticCustomError("no_offset", "Input should have an offset, such as Z or +08:00")
    try:
        time = datetime.fromisoformat(text.upper()) if match else None
    except ValueError:  # such as the 30th of February
        time = None
    if time is None:
        raise PydanticCustomError(
            "date_time", "Input should be a date and time such as 2026-11-24T18:00:00+08:00"
        )
    return _check_range(-((_EPOCH - time) // _MILLISECOND))


def _check_range(time_ms: int) -> int:
    if not 0 <= time_ms <= MAX_CREATED_AT_MS:
        raise PydanticCustomError("time_range", "Input should be in the years 1970 to 2286")
    return time_ms


Time: TypeAlias = Annotated[
    int,
    PlainValidator(_to_milliseconds),
    WithJsonSchema(
        {
            "oneOf": [
                {
                    "type": "integer",
                    "format": "int64",
                    "minimum": FIRST_IN_MS,
                    "maximum": MAX_CREATED_AT_MS,
                    "description": "Milliseconds since the epoch.",
                },
                {
                    "type": "string",
                    "format": "date-time",
                    "description": "A date and time of RFC 3339, which has an offset.",
                },
            ]
        }
    ),
]
"""Milliseconds since the epoch."""

"""The request bodies of queries."""

from abc import ABC, abstractmethod
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError

from notification_models import encode_notification_key
from notification_models.values import (
    FIRST_IN_MS,
    MAX_CREATED_AT_MS,
    MAX_MARKETING_ID_BYTES,
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
)
from query_api.http.cursor import decode_cursor
from query_api.read_model.port import RowQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    marketing_query,
    transaction_query,
    user_query,
)

DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 100


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


def _check_is_not_in_seconds(time: int) -> int:
    """Refuse seconds: as milliseconds they would be in 1970, and select all rows or none."""
    if time < FIRST_IN_MS:
        raise PydanticCustomError(
            "seconds", "Input should be in milliseconds since the epoch, and looks like seconds"
        )
    return time


_UserId = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_USER_ID_BYTES)),
    _at_most(MAX_USER_ID_BYTES),
]
_MarketingId = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_MARKETING_ID_BYTES)),
    _at_most(MAX_MARKETING_ID_BYTES),
]
_TransactionId = Annotated[
    str,
    Field(min_length=1, json_schema_extra=_describe_size(MAX_TRANSACTION_ID_BYTES)),
    _at_most(MAX_TRANSACTION_ID_BYTES),
]
_FilterValue = Annotated[str, Field(min_length=1)]
_Milliseconds = Annotated[
    int,
    Field(ge=0, le=MAX_CREATED_AT_MS, json_schema_extra={"minimum": FIRST_IN_MS}),
    AfterValidator(_check_is_not_in_seconds),
]


class QueryRequest(BaseModel, ABC):
    """The fields that all queries share.

    An unknown field is an error, so that a mistyped filter cannot silently widen a query.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = Field(
        default=DEFAULT_LIMIT, description="Most rows in one response; null for the default."
    )
    cursor: str | None = Field(default=None, description="`next_cursor` of the previous response.")
    platform: _FilterValue | None = Field(
        default=None, description="Only this platform, such as IOS."
    )
    ap_id: _FilterValue | None = Field(
        default=None, description="Only this source application, such as mobile-app-001."
    )
    created_from: _Milliseconds | None = Field(
        default=None, description="Only rows created at this time or later; ms since the epoch."
    )
    created_to: _Milliseconds | None = Field(
        default=None, description="Only rows created before this time; ms since the epoch."
    )

    @field_validator("created_to")
    @classmethod
    def _check_time_range(cls, created_to: int | None, info: ValidationInfo) -> int | None:
        created_from = info.data.get("created_from")
        if created_to is not None and created_from is not None and created_from >= created_to:
            raise PydanticCustomError("empty_range", "Input should be greater than created_from")
        return created_to

    @abstractmethod
    def to_query(self) -> RowQuery:
        """Return the query of the read model that this request stands for.

        Raises:
            InvalidCursorError: the cursor is not one of this service.
        """

    def _get_selection(self) -> Selection:
        return Selection(
            limit=DEFAULT_LIMIT if self.limit is None else self.limit,
            from_key=None if self.created_from is None else _encode_bound(self.created_from),
            before_key=self._find_before_key(),
            filters=tuple(self._get_filters()),
        )

    def _find_before_key(self) -> str | None:
        bounds = []
        if self.cursor is not None:
            bounds.append(decode_cursor(self.cursor))
        if self.created_to is not None:
            bounds.append(_encode_bound(self.created_to))
        return min(bounds, default=None)

    def _get_filters(self) -> list[tuple[str, tuple[str, ...]]]:
        named: dict[str, Any] = {"platform": self.platform, "ap_id": self.ap_id}
        return [(name, (value,)) for name, value in named.items() if value is not None]


class _StatusRequest(QueryRequest):
    status: _FilterValue | None = Field(
        default=None, description="Only this status, such as DELIVERED."
    )

    def _get_filters(self) -> list[tuple[str, tuple[str, ...]]]:
        filters = super()._get_filters()
        return filters if self.status is None else [("status", (self.status,)), *filters]


class UserRequest(_StatusRequest):
    """What did this user receive?"""

    user_id: _UserId

    def to_query(self) -> RowQuery:
        """See `QueryRequest.to_query`."""
        return user_query(self.user_id, self._get_selection())


class MarketingRequest(_StatusRequest):
    """What did this campaign send?"""

    marketing_id: _MarketingId

    def to_query(self) -> RowQuery:
        """See `QueryRequest.to_query`."""
        return marketing_query(self.marketing_id, self._get_selection())


class TransactionRequest(_StatusRequest):
    """What became of this transaction?"""

    transaction_id: _TransactionId

    def to_query(self) -> RowQuery:
        """See `QueryRequest.to_query`."""
        return transaction_query(self.transaction_id, self._get_selection())


class FailRequest(QueryRequest):
    """Why did this transaction fail?"""

    transaction_id: _TransactionId

    def to_query(self) -> RowQuery:
        """See `QueryRequest.to_query`."""
        return fail_query(self.transaction_id, self._get_selection())


def _encode_bound(created_at_ms: int) -> str:
    """Return a text that sorts before all keys of this millisecond and after all earlier ones."""
    return encode_notification_key(created_at_ms, "")

"""The fields of a request that select rows: what queries and summaries share."""

from abc import ABC, abstractmethod
from typing import ClassVar, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from notification_models import encode_notification_key
from query_api.http.cursor import Cursor, decode_cursor
from query_api.http.requests.failure_window import DEFAULT_HOURS, MAX_DAYS, find_window
from query_api.http.requests.fields import (
    FilterValues,
    MarketingId,
    OptionalTransactionId,
    Time,
    TransactionId,
    UserId,
    normalize_filter,
)
from query_api.read_model.port import Filters, RowQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    latest_failures_query,
    marketing_query,
    transaction_query,
    user_query,
)

DEFAULT_LIMIT: Final = 10


class RowsRequest(BaseModel, ABC):
    """The fields that select rows.

    An unknown field is an error, so that a mistyped filter cannot silently widen a query.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    cursor: str | None = Field(default=None, description="`next_cursor` of the previous response.")
    platform: FilterValues | None = Field(
        default=None, description="Only these platforms, such as IOS, in any case."
    )
    ap_id: FilterValues | None = Field(
        default=None, description="Only these source applications, such as mobile-app-001."
    )
    error_msg: FilterValues | None = Field(
        default=None, description="Only these reasons of failure, as rows have them."
    )
    created_from: Time | None = Field(
        default=None, description="Only rows created at this time or later."
    )
    created_to: Time | None = Field(default=None, description="Only rows created before this time.")

    filter_fields: ClassVar[tuple[str, ...]] = ("platform", "ap_id", "error_msg")
    """The fields that are filters of an attribute with their name."""

    @field_validator("created_to")
    @classmethod
    def _check_time_range(cls, created_to: int | None, info: ValidationInfo) -> int | None:
        created_from = info.data.get("created_from")
        if created_to is not None and created_from is not None and created_from >= created_to:
            raise PydanticCustomError("empty_range", "Input should be greater than created_from")
        return created_to

    @property
    def page_limit(self) -> int:
        """Most rows in one page."""
        return DEFAULT_LIMIT

    @abstractmethod
    def to_query(self, now_ms: int) -> RowQuery:
        """Return the query of the read model that this request stands for.

        Args:
            now_ms: ms since the epoch, for the window of the latest failures.

        Raises:
            InvalidCursorError: the cursor is not one of this service.
            InvalidRequestError: the window of the latest failures is too long.
        """

    def _get_selection(self) -> Selection:
        return self._select(self.created_from, self.created_to)

    def _select(self, created_from: int | None, created_to: int | None) -> Selection:
        cursor = self._find_cursor()
        bounds = [] if cursor is None else [cursor.position]
        if created_to is not None:
            bounds.append(_encode_bound(created_to))
        return Selection(
            limit=self.page_limit,
            from_key=None if created_from is None else _encode_bound(created_from),
            before_key=min(bounds, default=None),
            filters=self._get_filters(),
        )

    def _find_cursor(self) -> Cursor | None:
        return None if self.cursor is None else decode_cursor(self.cursor)

    def _get_filters(self) -> Filters:
        filters = [
            (name, normalize_filter(name, values))
            for name in self.filter_fields
            if (values := getattr(self, name)) is not None
        ]
        return tuple(filters)


class _StatusRows(RowsRequest):
    status: FilterValues | None = Field(
        default=None, description="Only these statuses, such as DELIVERED, in any case."
    )

    filter_fields: ClassVar = ("status", *RowsRequest.filter_fields)


class UserRows(_StatusRows):
    """What a user received."""

    user_id: UserId
    marketing_id: MarketingId | None = Field(default=None, description="Only this campaign.")

    filter_fields: ClassVar = (*_StatusRows.filter_fields, "marketing_id")

    def to_query(self, now_ms: int) -> RowQuery:
        """See `RowsRequest.to_query`."""
        del now_ms
        return user_query(self.user_id, self._get_selection())


class MarketingRows(_StatusRows):
    """What a campaign sent."""

    marketing_id: MarketingId

    def to_query(self, now_ms: int) -> RowQuery:
        """See `RowsRequest.to_query`."""
        del now_ms
        return marketing_query(self.marketing_id, self._get_selection())


class TransactionRows(_StatusRows):
    """Everything of a transaction."""

    transaction_id: TransactionId

    def to_query(self, now_ms: int) -> RowQuery:
        """See `RowsRequest.to_query`."""
        del now_ms
        return transaction_query(self.transaction_id, self._get_selection())


class FailRows(RowsRequest):
    """The failures of a transaction, or the latest ones of all applications."""

    transaction_id: OptionalTransactionId = Field(
        default_factory=lambda: None,
        description="Without it: the latest failures of all applications, of the last "
        f"{DEFAULT_HOURS} hours before `created_to` or now unless `created_from` is given, which "
        f"is at most {MAX_DAYS} days before.",
    )

    def to_query(self, now_ms: int) -> RowQuery:
        """See `RowsRequest.to_query`."""
        if self.transaction_id is not None:
            return fail_query(self.transaction_id, self._get_selection())
        window = find_window(self.created_from, self.created_to, self._find_cursor(), now_ms)
        return latest_failures_query(window.days, self._select(window.from_ms, window.to_ms))


def _encode_bound(created_at_ms: int) -> str:
    """Return a text that sorts before all keys of this millisecond and after all earlier ones."""
    return encode_notification_key(created_at_ms, "")

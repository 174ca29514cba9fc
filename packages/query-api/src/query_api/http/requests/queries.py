"""The request bodies of queries."""

from typing import Annotated, Final

from pydantic import Field

from query_api.http.requests.rows import (
    DEFAULT_LIMIT,
    FailRows,
    MarketingRows,
    RowsRequest,
    TransactionRows,
    UserRows,
)

MAX_LIMIT: Final = 100


class QueryRequest(RowsRequest):
    """The fields that all queries share."""

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None = Field(
        default=DEFAULT_LIMIT, description="Most rows in one response; null for the default."
    )

    @property
    def page_limit(self) -> int:
        """See `RowsRequest.page_limit`."""
        return DEFAULT_LIMIT if self.limit is None else self.limit


class UserRequest(UserRows, QueryRequest):
    """What did this user receive?"""


class MarketingRequest(MarketingRows, QueryRequest):
    """What did this campaign send?"""


class TransactionRequest(TransactionRows, QueryRequest):
    """What became of this transaction?"""


class FailRequest(FailRows, QueryRequest):
    """Why did this transaction fail, or what failed lately?"""

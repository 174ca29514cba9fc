"""The request bodies of summaries: those of queries, with what to count by instead of a limit."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from query_api.http.requests.rows import FailRows, MarketingRows, RowsRequest, UserRows
from query_api.read_model.counts import find_time_zone
from query_api.read_model.port import CountQuery

MAX_BY: Final = 4
DEFAULT_TIME_ZONE: Final = "UTC"

# The longest name has 32 characters; a name is looked up as a path.
_MAX_TIME_ZONE_LENGTH: Final = 64


def _check_items_differ(by: list[str]) -> list[str]:
    if len(set(by)) != len(by):
        raise PydanticCustomError("duplicate_items", "Items should be different")
    return by


def _check_time_zone(name: str) -> str:
    if find_time_zone(name) is None:
        raise PydanticCustomError(
            "time_zone", "Input should be an IANA time zone, such as Asia/Taipei"
        )
    return name


_By = Annotated[
    list[Literal["status", "platform", "ap_id", "error_msg", "minute", "hour", "day"]],
    Field(max_length=MAX_BY, json_schema_extra={"uniqueItems": True}),
    AfterValidator(_check_items_differ),
]
_TimeZone = Annotated[
    str,
    Field(min_length=1, max_length=_MAX_TIME_ZONE_LENGTH),
    AfterValidator(_check_time_zone),
]


class SummaryRequest(RowsRequest):
    """The fields that all summaries share."""

    by: _By | None = Field(
        default=None,
        description="What the rows of a group have in common. Without it, all are one group. "
        "`minute`, `hour` and `day` are those of `created_at` in the time zone.",
    )
    time_zone: _TimeZone | None = Field(
        default=DEFAULT_TIME_ZONE, description="IANA name of a time zone, such as Asia/Taipei."
    )

    def to_count(self, now_ms: int) -> CountQuery:
        """Return the count of the read model that this request stands for; see `to_query`."""
        return CountQuery(
            rows=self.to_query(now_ms),
            by=tuple(self.by or ()),
            time_zone=self.time_zone or DEFAULT_TIME_ZONE,
        )


class UserSummaryRequest(UserRows, SummaryRequest):
    """How much did this user receive?"""


class MarketingSummaryRequest(MarketingRows, SummaryRequest):
    """How did this campaign do?"""


class FailSummaryRequest(FailRows, SummaryRequest):
    """What fails, since when, and why?"""

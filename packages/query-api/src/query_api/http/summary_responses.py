"""The public shape of summaries, which its OpenAPI schema follows."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from query_api.http.cursor import create_next_cursor
from query_api.http.responses import describe_number, describe_unknown_values
from query_api.read_model.counts import MAX_GROUPS
from query_api.read_model.port import CountQuery, Counts, Group

_Value = str | None | UnsetType
_Time = str | UnsetType
_CreatedAt = Annotated[
    Annotated[int, Meta(ge=0, extra_json_schema={"format": "int64"})] | None,
    Meta(description="Milliseconds since the epoch; null if nothing was counted."),
]


class SummaryGroup(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The number of rows that have these values; it has the fields that `by` names."""

    status: _Value = UNSET
    platform: _Value = UNSET
    ap_id: _Value = UNSET
    error_msg: _Value = UNSET
    minute: Annotated[_Time, Meta(examples=["2026-11-24T18:29+08:00"])] = UNSET
    hour: Annotated[_Time, Meta(examples=["2026-11-24T18:00+08:00"])] = UNSET
    day: Annotated[_Time, Meta(examples=["2026-11-24"])] = UNSET
    other: Annotated[
        bool | UnsetType,
        Meta(
            description="Only in the last entry, which then counts the rows of all further groups.",
            extra_json_schema={"const": True},
        ),
    ] = UNSET
    count: Annotated[int, Meta(ge=1)]


class SummaryAnswer(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Counts of notifications, the largest first."""

    success: Annotated[bool, Meta(extra_json_schema={"const": True})]
    data: Annotated[
        Sequence[SummaryGroup],
        Meta(
            max_length=MAX_GROUPS + 1,
            description=f"The {MAX_GROUPS} largest groups, the largest first.",
        ),
    ]
    counted: Annotated[
        int, Meta(ge=0, description="Rows counted in this response: the sum of all `count`.")
    ]
    first_created_at: _CreatedAt
    last_created_at: _CreatedAt
    next_cursor: Annotated[
        str | None,
        Meta(
            description="Null if all rows are counted. Else repeat the request with it as "
            "`cursor`, and add the counts: what this response counts is the newest part."
        ),
    ]
    message: Annotated[
        str,
        Meta(
            description="Human-readable summary of the result. It says how many rows could not be "
            "read and were left out, and whether a filter's value is not a known one."
        ),
    ]


_encoder: Final = msgspec.json.Encoder()


def encode_summary(counts: Counts, query: CountQuery) -> bytes:
    """Encode the counts of a query as a `SummaryAnswer` in JSON."""
    return _encoder.encode(create_summary(counts, query))


def create_summary(counts: Counts, query: CountQuery) -> SummaryAnswer:
    """Create the `SummaryAnswer` for the counts of a query."""
    groups = [_create_group(query.by, group, count) for group, count in counts.groups]
    if counts.other:
        groups.append(SummaryGroup(other=True, count=counts.other))
    return SummaryAnswer(
        success=True,
        data=groups,
        counted=counts.counted,
        first_created_at=counts.first_created_at,
        last_created_at=counts.last_created_at,
        next_cursor=create_next_cursor(query.rows, counts.next_position),
        message=_describe(counts, query),
    )


def _create_group(by: Sequence[str], group: Group, count: int) -> SummaryGroup:
    values: dict[str, Any] = dict(zip(by, group, strict=True))
    return SummaryGroup(**values, count=count)


def _describe(counts: Counts, query: CountQuery) -> str:
    message = f"{describe_number(counts.counted, 'notification')} counted"
    unreadable = sum(count for _, count in counts.unreadable)
    if unreadable:
        message += f"; {describe_number(unreadable, 'row')} could not be read"
    if counts.other:
        message += f"; {describe_number(counts.other, 'row')} of further groups in other"
    message += describe_unknown_values(query.rows.selection.filters)
    if counts.next_position is not None:
        message += "; more may follow at next_cursor, to be added"
    return message

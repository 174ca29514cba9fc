"""The access patterns: which partitions of the table or of an index hold the rows of each."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from notification_models import (
    Status,
    decode_failure_shard,
    decode_marketing_shard,
    encode_failure_shards,
    encode_marketing_shards,
    encode_notification_key,
)
from notification_models.schema import FAILURE_INDEX, MARKETING_INDEX, TRANSACTION_INDEX, Index
from notification_models.values import MAX_CREATED_AT_MS
from query_api.read_model.notification import Notification
from query_api.read_model.port import RowQuery, Selection

_DAY: Final = timedelta(days=1)

READINESS_QUERY: Final = RowQuery(
    index=None, groups=(("#readiness",),), selection=Selection(limit=1)
)
"""The cheapest query. Its partition may be empty; readiness only needs a successful response."""


def user_query(user_id: str, selection: Selection) -> RowQuery:
    """Return the query for what a user received."""
    return RowQuery(index=None, groups=((user_id,),), selection=selection)


def marketing_query(marketing_id: str, selection: Selection) -> RowQuery:
    """Return the query for what a campaign sent."""
    shards = encode_marketing_shards(marketing_id)
    return RowQuery(index=MARKETING_INDEX, groups=(shards,), selection=selection)


def transaction_query(transaction_id: str, selection: Selection) -> RowQuery:
    """Return the query for the notifications of a transaction."""
    return RowQuery(index=TRANSACTION_INDEX, groups=((transaction_id,),), selection=selection)


def fail_query(transaction_id: str, selection: Selection) -> RowQuery:
    """Return the query for the failures of a transaction."""
    failed = (*selection.filters, ("status", (Status.FAILED.value,)))
    return transaction_query(transaction_id, replace(selection, filters=failed))


def latest_failures_query(days: Sequence[date], selection: Selection) -> RowQuery:
    """Return the query for the failures of all applications.

    Args:
        days: UTC days, newest first, at least one. Those outside of the selection are not read.
    """
    from_key, before_key = selection.from_key, selection.before_key
    selected = [
        day
        for day in days
        if (before_key is None or _encode_start(day) < before_key)
        and (from_key is None or _encode_start(day + _DAY) > from_key)
    ]
    groups = tuple(encode_failure_shards(day) for day in selected or days[-1:])
    return RowQuery(index=FAILURE_INDEX, groups=groups, selection=selection)


def find_upper_bound(query: RowQuery, group: Sequence[str]) -> str | None:
    """Find the key that sorts after all rows of a group, and before those of the group before it.

    None only if the query has no such bound, and one group.
    """
    before_key = query.selection.before_key
    if query.index != FAILURE_INDEX:
        return before_key
    end_key = _encode_start(decode_failure_shard(group[0]) + _DAY)
    return end_key if before_key is None else min(end_key, before_key)


def has_foreign_row(
    index: Index | None, partitions: Sequence[str], rows: Iterable[Notification]
) -> bool:
    """Return whether a row belongs to another user, transaction, campaign or day than was queried.

    Args:
        partitions: one of each group that was read, newest first; at least one.
    """
    if index == FAILURE_INDEX:
        return _has_other_failure(partitions, rows)
    attribute, owner = _get_owner(index, partitions[0])
    for row in rows:  # noqa: SIM110 - every query runs this, and any() takes 40 % longer
        if getattr(row, attribute) != owner:
            return True
    return False


def _get_owner(index: Index | None, partition: str) -> tuple[str, str]:
    """Return the attribute that all rows of a query share, and its value."""
    if index is None:
        return "user_id", partition
    if index == TRANSACTION_INDEX:
        return "transaction_id", partition
    return "marketing_id", decode_marketing_shard(partition)


def _has_other_failure(partitions: Sequence[str], rows: Iterable[Notification]) -> bool:
    first_ms = _get_start_ms(decode_failure_shard(partitions[-1]))
    end_ms = _get_start_ms(decode_failure_shard(partitions[0]) + _DAY)
    return any(
        row.status != Status.FAILED or not first_ms <= row.created_at < end_ms for row in rows
    )


def _encode_start(day: date) -> str:
    """Return a text that sorts before all keys of this day and after all earlier ones."""
    return encode_notification_key(min(_get_start_ms(day), MAX_CREATED_AT_MS), "")


def _get_start_ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000

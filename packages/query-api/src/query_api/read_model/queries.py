"""The access patterns: which partitions of the table or of an index hold the rows of each."""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from notification_models import Status, decode_marketing_shard, encode_marketing_shards
from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.read_model.notification import Notification
from query_api.read_model.port import RowQuery, Selection

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


def has_foreign_row(query: RowQuery, rows: Iterable[Notification]) -> bool:
    """Return whether a row belongs to another user, transaction or campaign than was queried."""
    attribute, owner = get_owner(query)
    for row in rows:  # noqa: SIM110 - every query runs this, and any() takes 40 % longer
        if getattr(row, attribute) != owner:
            return True
    return False


def get_owner(query: RowQuery) -> tuple[str, str]:
    """Return the attribute that all rows of a query share, and its value."""
    partition = query.groups[0][0]
    if query.index is None:
        return "user_id", partition
    if query.index == TRANSACTION_INDEX:
        return "transaction_id", partition
    return "marketing_id", decode_marketing_shard(partition)

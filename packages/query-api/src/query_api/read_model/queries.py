"""The access patterns: which partitions of the table or of an index hold the rows of each."""

from dataclasses import replace
from typing import Final

from notification_models import Status, encode_marketing_shards
from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.read_model.port import RowQuery, Selection

READINESS_QUERY: Final = RowQuery(
    index=None, partitions=("#readiness",), selection=Selection(limit=1)
)
"""The cheapest query. Its partition may be empty; readiness only needs a successful response."""


def user_query(user_id: str, selection: Selection) -> RowQuery:
    """Return the query for what a user received."""
    return RowQuery(index=None, partitions=(user_id,), selection=selection)


def marketing_query(marketing_id: str, selection: Selection) -> RowQuery:
    """Return the query for what a campaign sent."""
    partitions = encode_marketing_shards(marketing_id)
    return RowQuery(index=MARKETING_INDEX, partitions=partitions, selection=selection)


def transaction_query(transaction_id: str, selection: Selection) -> RowQuery:
    """Return the query for the notifications of a transaction."""
    return RowQuery(index=TRANSACTION_INDEX, partitions=(transaction_id,), selection=selection)


def fail_query(transaction_id: str, selection: Selection) -> RowQuery:
    """Return the query for the failures of a transaction."""
    failed = (*selection.filters, ("status", Status.FAILED.value))
    return transaction_query(transaction_id, replace(selection, filters=failed))

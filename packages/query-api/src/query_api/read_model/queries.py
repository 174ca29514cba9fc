"""The access patterns: for each, where the read model holds its rows."""

import asyncio
from dataclasses import replace
from typing import Final

from notification_models import Status, encode_marketing_shards
from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.exceptions import DeadlineExceededError, NotReadyError, RefusedError
from query_api.read_model.port import Page, ReadModel, RowQuery, Selection

# Whether it has rows does not matter: that there is an answer does.
_READINESS_PARTITION: Final = "#readiness"


async def query_user(
    read_model: ReadModel, user_id: str, selection: Selection, *, deadline_s: float
) -> Page:
    """What did this user receive?

    Args:
        deadline_s: seconds the whole answer may take.

    Raises:
        ReadModelError: there is no answer, or not in time.
    """
    query = RowQuery(index=None, partitions=(user_id,), selection=selection)
    return await get_page(read_model, query, deadline_s)


async def query_marketing(
    read_model: ReadModel, marketing_id: str, selection: Selection, *, deadline_s: float
) -> Page:
    """What did this campaign send? Arguments and errors as in `query_user`."""
    partitions = encode_marketing_shards(marketing_id)
    query = RowQuery(index=MARKETING_INDEX, partitions=partitions, selection=selection)
    return await get_page(read_model, query, deadline_s)


async def query_transaction(
    read_model: ReadModel, transaction_id: str, selection: Selection, *, deadline_s: float
) -> Page:
    """What became of this transaction? Arguments and errors as in `query_user`."""
    query = RowQuery(index=TRANSACTION_INDEX, partitions=(transaction_id,), selection=selection)
    return await get_page(read_model, query, deadline_s)


async def query_fail(
    read_model: ReadModel, transaction_id: str, selection: Selection, *, deadline_s: float
) -> Page:
    """Why did this transaction fail? Arguments and errors as in `query_user`."""
    failed = (*selection.filters, ("status", Status.FAILED.value))
    return await query_transaction(
        read_model, transaction_id, replace(selection, filters=failed), deadline_s=deadline_s
    )


async def check_ready(read_model: ReadModel, *, deadline_s: float) -> None:
    """Ask the read model the cheapest question there is, with the permissions of a query.

    Args:
        deadline_s: seconds the answer may take.

    Raises:
        NotReadyError: it refuses to answer this service.
        ReadModelError: there is no answer, or not in time.
    """
    query = RowQuery(index=None, partitions=(_READINESS_PARTITION,), selection=Selection(limit=1))
    try:
        await get_page(read_model, query, deadline_s)
    except RefusedError as error:
        raise NotReadyError(error.code) from error


async def get_page(read_model: ReadModel, query: RowQuery, deadline_s: float) -> Page:
    """Answer any query in time; arguments and errors as in `query_user`."""
    try:
        async with asyncio.timeout(deadline_s):
            return await read_model.get_page(query)
    except TimeoutError as error:
        raise DeadlineExceededError(f"no answer within {deadline_s} s") from error

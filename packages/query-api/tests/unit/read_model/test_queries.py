import asyncio

import pytest

from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.exceptions import DeadlineExceededError, ThrottledError
from query_api.read_model.port import Page, RowQuery, Selection
from query_api.read_model.queries import query_fail, query_marketing, query_transaction, query_user

SELECTION = Selection(limit=5, filters=(("platform", "IOS"),))


class StuckReadModel:
    def __init__(self) -> None:
        self.was_cancelled = False

    async def get_page(self, query: RowQuery) -> Page:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        raise AssertionError(query)


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (query_user, RowQuery(index=None, partitions=("x",), selection=SELECTION)),
        (
            query_marketing,
            RowQuery(
                index=MARKETING_INDEX,
                partitions=("x#0", "x#1", "x#2", "x#3"),
                selection=SELECTION,
            ),
        ),
        (
            query_transaction,
            RowQuery(index=TRANSACTION_INDEX, partitions=("x",), selection=SELECTION),
        ),
        (
            query_fail,
            RowQuery(
                index=TRANSACTION_INDEX,
                partitions=("x",),
                selection=Selection(limit=5, filters=(("platform", "IOS"), ("status", "FAILED"))),
            ),
        ),
    ],
)
def test_an_access_pattern_knows_where_its_rows_are(ask, expected, read_model):
    asyncio.run(ask(read_model, "x", SELECTION, deadline_s=5))

    assert read_model.queries == [expected]


@pytest.mark.parametrize("ask", [query_user, query_marketing, query_transaction, query_fail])
def test_a_query_that_takes_too_long_is_given_up(ask):
    stuck = StuckReadModel()

    with pytest.raises(DeadlineExceededError):
        asyncio.run(ask(stuck, "x", SELECTION, deadline_s=0.001))

    assert stuck.was_cancelled


def test_an_error_of_the_read_model_comes_through_as_it_is(read_model):
    read_model.failure = ThrottledError("busy")

    with pytest.raises(ThrottledError):
        asyncio.run(query_user(read_model, "x", SELECTION, deadline_s=5))

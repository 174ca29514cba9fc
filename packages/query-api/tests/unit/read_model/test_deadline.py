import asyncio

import pytest

from query_api.exceptions import DeadlineExceededError, ThrottledError
from query_api.read_model.deadline import DeadlineReadModel
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery, Selection

QUERY = RowQuery(index=None, groups=(("x",),), selection=Selection(limit=5))

COUNT = CountQuery(rows=QUERY, by=(), time_zone="UTC")


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

    async def count(self, query: CountQuery) -> Counts:
        raise AssertionError(await self.get_page(query.rows))


def test_a_query_that_takes_too_long_is_cancelled():
    stuck = StuckReadModel()
    bounded = DeadlineReadModel(stuck, deadline_s=0.001)

    with pytest.raises(DeadlineExceededError):
        asyncio.run(bounded.get_page(QUERY))

    assert stuck.was_cancelled


def test_a_count_that_has_nothing_to_return_in_time_is_cancelled():
    stuck = StuckReadModel()
    bounded = DeadlineReadModel(stuck, deadline_s=0.001)

    with pytest.raises(DeadlineExceededError):
        asyncio.run(bounded.count(COUNT))

    assert stuck.was_cancelled


def test_counts_in_time_are_passed_on(read_model, make_row):
    read_model.records = [make_row(user_id="x").record]
    bounded = DeadlineReadModel(read_model, deadline_s=5)

    assert asyncio.run(bounded.count(COUNT)).counted == 1


def test_a_page_in_time_is_passed_on(read_model, make_row):
    read_model.records = [make_row(user_id="x").record]
    bounded = DeadlineReadModel(read_model, deadline_s=5)

    page = asyncio.run(bounded.get_page(QUERY))

    assert page == asyncio.run(read_model.get_page(QUERY))
    assert len(page.rows) == 1


def test_an_error_of_the_read_model_is_passed_on(read_model):
    read_model.failure = ThrottledError("busy")
    bounded = DeadlineReadModel(read_model, deadline_s=5)

    with pytest.raises(ThrottledError):
        asyncio.run(bounded.get_page(QUERY))

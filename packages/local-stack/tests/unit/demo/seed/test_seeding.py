import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.demo.seed.generator import generate
from local_stack.demo.seed.seeding import SeedProgress, remove_seed, write_plan

from .plans import make_incident, make_plan, plans


class FakeTable:
    """A command table in memory; fails after so many calls of `put_all`."""

    def __init__(self, fails_after=10**9):
        self.items = {}
        self.writes = 0
        self._left = fails_after

    async def put_all(self, records, report):
        self._left -= 1
        if self._left < 0:
            raise ConnectionError
        for record in records:
            await asyncio.sleep(0)
            self.items[record.transaction_id, record.created_at] = record
            self.writes += 1
        report(len(records))

    async def find_keys(self, transaction_ids):
        return [key for key in self.items if key[0] in set(transaction_ids)]

    async def delete_all(self, keys, report):
        for key in keys:
            del self.items[key]
        report(len(keys))


def write(plan, table=None):
    table = table or FakeTable()
    progress = SeedProgress()
    asyncio.run(write_plan(plan, table, progress))
    return table, progress


@given(plans())
def test_every_notification_ends_with_its_outcome(plan):
    table, progress = write(plan)

    assert sorted(table.items) == sorted(
        (each.last.transaction_id, each.last.created_at) for each in generate(plan)
    )
    assert set(table.items.values()) == {each.last for each in generate(plan)}
    assert progress.notifications == plan.records
    assert progress.writes == table.writes


def test_outcomes_of_several_windows_are_written():
    plan = make_plan(records=2500)

    table, progress = write(plan)

    assert set(table.items.values()) == {each.last for each in generate(plan)}
    outcomes = sum(each.final is not None for each in generate(plan))
    assert progress.writes == table.writes == plan.records + outcomes


def test_a_plan_that_is_written_again_changes_nothing():
    plan = make_plan(records=1200)
    table, _ = write(plan)
    items = dict(table.items)

    write(plan, table)

    assert table.items == items


def test_the_progress_of_a_failed_seeding_is_known():
    progress = SeedProgress()

    with pytest.raises(ConnectionError):
        asyncio.run(write_plan(make_plan(records=2500), FakeTable(fails_after=2), progress))

    assert progress.notifications == 1000


def test_the_failures_of_an_incident_are_counted():
    incident = make_incident()
    plan = make_plan(records=3000, incidents=(incident,))

    _, progress = write(plan)

    expected = [each.last.created_at for each in generate(plan) if incident.explains(each.last)]
    assert expected
    assert progress.failures == {incident: expected}


@given(plans(), st.integers(0, 60))
def test_a_seeds_records_are_removed_and_no_others(plan, removed):
    other = make_plan(seed=plan.seed + 1, records=30)
    table, _ = write(plan)
    write(other, table)
    progress = SeedProgress()

    has_more = asyncio.run(remove_seed(plan.seed, removed, table, progress))

    assert progress.removed == min(removed, plan.records)
    assert has_more == (plan.records > removed)
    assert len(table.items) == other.records + max(0, plan.records - removed)

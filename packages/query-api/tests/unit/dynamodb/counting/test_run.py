import asyncio
import gc
from dataclasses import dataclass, field

import pytest

from query_api.dynamodb.counting.plan import CountedPage, CountRead
from query_api.dynamodb.counting.run import count_rows
from query_api.read_model.port import CountQuery, RowQuery, Selection, UnreadableRow

from ....support.virtual_time import run_in_virtual_time

UNREADABLE = UnreadableRow("status", "is not an attribute value")
PAGE_ROWS = 10


@dataclass
class Partitions:
    """Partitions of rows, ten to a page.

    Attributes:
        rows: of each, newest first.
        delays_s: of each partition's reads.
        in_flight: reads that are not over; `most` of them at once.
    """

    rows: dict[str, list[str]]
    delays_s: dict[str, float] = field(default_factory=dict)
    reads: list[CountRead] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)
    in_flight: int = 0
    most: int = 0
    given_up: int = 0

    async def read(self, read: CountRead) -> CountedPage:
        self.reads.append(read)
        self.in_flight += 1
        self.most = max(self.most, self.in_flight)
        try:
            await asyncio.sleep(self.delays_s.get(read.partition, 0.01))
        except asyncio.CancelledError:
            self.given_up += 1
            raise
        finally:
            self.in_flight -= 1
        if read.partition in self.failures:
            raise self.failures[read.partition]
        below = [
            key
            for key in self.rows[read.partition]
            if read.before_key is None or key < read.before_key
        ]
        keys = below[:PAGE_ROWS]
        frontier = keys[-1] if len(below) > PAGE_ROWS else None
        return CountedPage(keys, [()] * len(keys), frontier)

    def count(self, time_s, read=None, before_key=None):
        rows = RowQuery(
            index=None,
            groups=(tuple(self.rows),),
            selection=Selection(limit=1, before_key=before_key),
        )
        query = CountQuery(rows=rows, by=(), time_zone="UTC")
        return run_in_virtual_time(count_rows(query, read or self.read, time_s=time_s))


def number(count, *, step=1, start=0):
    return [f"{1_700_000_000_000 - start - each * step}#tx" for each in range(count)]


def test_everything_is_counted_if_there_is_time():
    partitions = Partitions({"a": number(25), "b": number(25, start=1000)})

    counts = partitions.count(time_s=1)

    assert (counts.counted, counts.next_position, counts.reads) == (50, None, 6)


def test_the_partitions_are_read_at_once():
    partitions = Partitions({name: number(10) for name in "abcdefgh"})

    partitions.count(time_s=1)

    assert partitions.most == 8


def test_no_read_begins_that_would_end_too_late():
    partitions = Partitions({"a": number(100)})

    counts = partitions.count(time_s=0.055)

    assert (counts.counted, counts.reads) == (50, 5)
    assert counts.next_position == partitions.rows["a"][49]
    assert partitions.given_up == 0


def test_a_count_without_time_ends_with_its_first_page():
    partitions = Partitions({"a": number(100)})

    counts = partitions.count(time_s=0)

    assert (counts.counted, counts.reads) == (10, 1)


def test_a_read_that_is_not_over_in_time_is_given_up_and_the_rest_is_returned():
    partitions = Partitions({"a": number(30), "slow": number(30, start=5)}, {"slow": 0.1})

    async def stall(read):
        if read.partition == "slow" and read.before_key is not None:
            partitions.delays_s["slow"] = 1000
        return await partitions.read(read)

    counts = partitions.count(time_s=0.3, read=stall)

    assert partitions.given_up == 1
    assert counts.next_position == partitions.rows["slow"][9]
    # The first page of the slow partition, and what the other one has above its end.
    assert counts.counted == 10 + 15


def test_a_count_that_has_counted_nothing_goes_on_until_it_has():
    partitions = Partitions({"a": number(30), "slow": number(30)}, {"slow": 5})

    counts = partitions.count(time_s=0.1)

    assert counts.counted == 20
    assert partitions.given_up == 0


def test_a_partition_whose_rows_come_later_is_read_no_more_than_two_pages_ahead():
    newer, older = number(1000), number(1000, start=10**6)
    partitions = Partitions({"newer": newer, "older": older})

    counts = partitions.count(time_s=100)

    order = [read.partition for read in partitions.reads]
    last_newer = len(order) - 1 - order[::-1].index("newer")
    assert order[:last_newer].count("older") == 2
    assert counts.counted == 2000


def test_what_is_read_but_not_counted_is_less_than_two_pages_of_each_other_partition():
    rows = {name: number(200, step=4, start=shift) for shift, name in enumerate("abcd")}
    partitions = Partitions(rows, {"a": 0.011, "b": 0.009})

    counts = partitions.count(time_s=0.1)

    assert 0 < counts.counted < 800
    read = sum(PAGE_ROWS for _ in partitions.reads)
    assert read - counts.counted < 3 * 2 * PAGE_ROWS


def test_a_read_that_fails_fails_the_count_and_gives_up_the_others():
    partitions = Partitions({"a": number(30), "b": number(30)}, {"b": 9})
    partitions.failures["a"] = ConnectionError()

    with pytest.raises(ConnectionError):
        partitions.count(time_s=1)

    assert (partitions.given_up, partitions.in_flight) == (1, 0)


def test_reads_that_fail_at_once_are_one_error_and_leave_nothing_behind(caplog):
    partitions = Partitions({name: number(30) for name in "abcd"})
    partitions.failures = {name: ConnectionError() for name in "abcd"}

    with pytest.raises(ConnectionError):
        partitions.count(time_s=1)
    partitions.failures.clear()
    gc.collect()

    assert caplog.records == []  # "Task exception was never retrieved"


def test_unreadable_rows_are_counted_once_down_to_the_position():
    keys = number(4)
    faults = [(keys[1], UNREADABLE), (keys[3], UNREADABLE)]

    async def read(each):
        if each.partition == "b":
            return CountedPage([keys[2]], [()], keys[2])
        return CountedPage([keys[0]], [()], None, unreadable=faults, without_key=[UNREADABLE])

    async def read_once(each):
        if each.before_key is not None:
            await asyncio.sleep(1000)
        return await read(each)

    counts = Partitions({"a": [], "b": []}).count(time_s=1, read=read_once)

    assert (counts.counted, counts.next_position) == (2, keys[2])
    assert counts.unreadable == ((UNREADABLE, 2),)  # that of b's range, and the one without a key


def test_bounds_that_leave_no_room_cost_no_read():
    partitions = Partitions({"a": number(5)})
    selection = Selection(limit=1, from_key="2", before_key="2")
    rows = RowQuery(index=None, groups=(("a",),), selection=selection)
    query = CountQuery(rows=rows, by=(), time_zone="UTC")

    counts = run_in_virtual_time(count_rows(query, partitions.read, time_s=1))

    assert (counts.counted, counts.next_position, partitions.reads) == (0, None, [])

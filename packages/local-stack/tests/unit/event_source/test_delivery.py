from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_stack.event_source.delivery import Delivery, DeliveryPolicy
from local_stack.event_source.invocation import find_first_failure
from local_stack.exceptions import DestinationError, StoppingError

NOW_S = 1_800_000_000


def _number(record):
    return int(record["dynamodb"]["SequenceNumber"])


def _identifier(number):
    return f"{number:021d}"


@dataclass
class FakeFunction:
    """Fails each record the given number of times, and records its invocations.

    Attributes:
        failures_left: remaining failures, by record.
        reports: True to report the failed record, False to fail the whole batch.
    """

    failures_left: dict[int, int] = field(default_factory=dict)
    reports: bool = True
    batches: list[list[int]] = field(default_factory=list)
    applied: list[int] = field(default_factory=list)

    def __call__(self, records: Any) -> int | None:
        numbers = [_number(record) for record in records]
        self.batches.append(numbers)
        failed = [number for number in numbers if self.failures_left.get(number, 0) > 0]
        for number in failed:
            self.failures_left[number] -= 1
        if failed and not self.reports:
            return 0
        # As the real function: it continues after a failure and reports the first.
        self.applied += [number for number in numbers if number not in failed]
        report = [{"itemIdentifier": _identifier(min(failed))}] if failed else []
        return find_first_failure(
            {"batchItemFailures": report}, [_identifier(number) for number in numbers]
        )


@dataclass
class FakeDestination:
    """Keeps discarded batches, after the given number of refusals."""

    refusals_left: int = 0
    batches: list[Any] = field(default_factory=list)

    def __call__(self, batch: Any) -> None:
        if self.refusals_left:
            self.refusals_left -= 1
            raise DestinationError("not now")
        self.batches.append(batch)

    @property
    def discarded(self) -> list[int]:
        return [_number(record) for batch in self.batches for record in batch.records]


@dataclass
class Run:
    function: FakeFunction
    destination: FakeDestination = field(default_factory=FakeDestination)
    policy: DeliveryPolicy = field(default_factory=DeliveryPolicy)
    checkpoints: list[int] = field(default_factory=list)
    waits_s: list[float] = field(default_factory=list)

    def deliver(self, records: Any) -> None:
        delivery = Delivery(
            invoke=self.function,
            discard=self.destination,
            wait=self.waits_s.append,
            policy=self.policy,
            now_s=lambda: NOW_S,
        )
        delivery.deliver(records, self._checkpoint)

    def _checkpoint(self, sequence_number: str) -> None:
        number = int(sequence_number)
        done = {*self.function.applied, *self.destination.discarded}
        assert done.issuperset(range(1, number + 1)), "the checkpoint passed an undone record"
        assert not self.checkpoints or number > self.checkpoints[-1]
        self.checkpoints.append(number)


def test_a_batch_that_succeeds_is_delivered_once(make_records):
    run = Run(FakeFunction())

    run.deliver(make_records(5))

    assert run.function.batches == [[1, 2, 3, 4, 5]]
    assert run.checkpoints == [5]


@pytest.mark.parametrize("failing", [2, 3, 5])
def test_after_a_reported_failure_the_records_from_it_on_are_retried(make_records, failing):
    run = Run(FakeFunction({failing: 1}))

    run.deliver(make_records(5))

    assert run.function.batches == [[1, 2, 3, 4, 5], [*range(failing, 6)]]
    assert run.checkpoints == [failing - 1, 5]


def test_a_batch_that_fails_completely_is_halved_and_the_left_half_comes_first(make_records):
    run = Run(FakeFunction({4: 2}, reports=False))

    run.deliver(make_records(4))

    assert run.function.batches == [[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]
    assert run.checkpoints == [2, 3, 4]


def test_a_failing_first_record_is_separated_from_the_others(make_records):
    run = Run(FakeFunction({1: 100}), policy=DeliveryPolicy(maximum_retry_attempts=2))

    run.deliver(make_records(4))

    assert run.destination.discarded == [1]
    assert sorted(set(run.function.applied)) == [2, 3, 4]
    assert run.checkpoints == [1, 2, 4]


def test_a_record_that_fails_three_times_is_applied(make_records):
    run = Run(FakeFunction({1: 3}))

    run.deliver(make_records(1))

    assert run.function.batches == [[1]] * 4
    assert run.destination.batches == []
    assert run.checkpoints == [1]


def test_halving_uses_no_retries(make_records):
    # Fails in the whole batch, in its half, and then twice alone.
    run = Run(FakeFunction({1: 4}, reports=False), policy=DeliveryPolicy(maximum_retry_attempts=2))

    run.deliver(make_records(4))

    assert run.destination.batches == []
    assert run.checkpoints == [1, 2, 4]


def test_after_its_last_retry_a_record_is_discarded_and_the_shard_continues(make_records):
    run = Run(FakeFunction({2: 100}), policy=DeliveryPolicy(maximum_retry_attempts=3))

    run.deliver(make_records(3))

    (batch,) = run.destination.batches
    assert run.destination.discarded == [2]
    assert batch.condition == "RetryAttemptsExhausted"
    assert batch.invocations == 4
    assert run.function.batches.count([2]) == 4
    assert run.checkpoints == [1, 2, 3]


def test_expired_records_are_discarded_without_delivery(make_records):
    old, young = make_records(2, arrival_s=NOW_S - 61), make_records(4, arrival_s=NOW_S - 60)[2:]
    run = Run(FakeFunction(), policy=DeliveryPolicy(maximum_record_age_s=60))

    run.deliver([*old, *young])

    (batch,) = run.destination.batches
    assert run.destination.discarded == [1, 2]
    assert batch.condition == "RecordAgeExceeded"
    assert batch.invocations == 0
    assert run.function.batches == [[3, 4]]
    assert run.checkpoints == [2, 4]


def test_a_discarded_record_is_sent_until_the_destination_accepts_it(make_records):
    run = Run(
        FakeFunction({1: 100}),
        FakeDestination(refusals_left=30),
        DeliveryPolicy(maximum_retry_attempts=0),
    )

    run.deliver(make_records(2))

    assert run.destination.discarded == [1]
    assert run.checkpoints == [1, 2]


def test_retry_delays_grow_up_to_their_limit(make_records):
    run = Run(FakeFunction({1: 6}), policy=DeliveryPolicy(first_delay_s=1, longest_delay_s=8))

    run.deliver(make_records(1))

    first, *retries = run.waits_s
    assert first == 0
    for waited_s, longest_s in zip(retries, [1, 2, 4, 8, 8, 8], strict=True):
        assert longest_s / 2 <= waited_s <= longest_s


def test_the_ten_thousandth_delay_can_be_computed():
    assert DeliveryPolicy(longest_delay_s=20).compute_delay_s(10_000) <= 20


def test_a_stop_leaves_the_checkpoint_before_the_first_undone_record(make_records):
    function = FakeFunction({3: 100})
    checkpoints = []

    def wait(seconds):
        if seconds:
            raise StoppingError("stop")

    delivery = Delivery(invoke=function, discard=FakeDestination(), wait=wait, now_s=lambda: NOW_S)

    with pytest.raises(StoppingError):
        delivery.deliver(make_records(4), checkpoints.append)

    assert checkpoints == [_identifier(2)]


@given(
    count=st.integers(1, 30),
    data=st.data(),
    reports=st.booleans(),
    retries=st.integers(0, 4),
    refusals=st.integers(0, 5),
)
def test_every_record_is_applied_or_discarded_and_the_checkpoint_never_passes_an_undone_one(
    make_records, count, data, reports, retries, refusals
):
    failures = data.draw(st.dictionaries(st.integers(1, count), st.integers(1, 12)))
    run = Run(
        FakeFunction(dict(failures), reports),
        FakeDestination(refusals),
        DeliveryPolicy(maximum_retry_attempts=retries),
    )

    run.deliver(make_records(count))

    assert {*run.function.applied, *run.destination.discarded} == set(range(1, count + 1))
    assert run.checkpoints[-1] == count
    assert run.destination.discarded == sorted(set(run.destination.discarded))
    for number in run.destination.discarded:
        assert failures[number] > retries
    for batch in run.function.batches:
        assert batch == list(range(batch[0], batch[-1] + 1))

import random

import pytest

from trials.checker.bites import NAMES, is_found
from trials.checker.damaged.events import send_many
from trials.checker.history import run_history
from trials.mutants.faults import FAULTS


@pytest.mark.parametrize("seed", range(3))
def test_a_short_history_ends_as_the_oracle_says(seed):
    assert "changes" in run_history(seed, 1500)


def test_a_history_is_the_same_for_the_same_seed():
    assert run_history(7, 1000) == run_history(7, 1000)


def test_each_damaged_record_is_done_or_reported():
    outcomes = send_many(random.Random(1), 300)

    assert outcomes.total() == 300
    assert {"written", "quarantined", "reported"} <= outcomes.keys()


def test_the_faults_to_be_found_are_faults_of_the_mutants():
    assert NAMES
    assert set(NAMES) <= {fault.name for fault in FAULTS}


@pytest.mark.parametrize(
    "name",
    [
        "a write has no condition",
        "a move leaves the old row",
        "a record that becomes poison keeps its row",
    ],
)
def test_a_fault_is_found(name):
    assert is_found(name)

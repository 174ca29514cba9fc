import pytest

from trials.mutants.faults import FAULTS
from trials.mutants.trial import apply, copy_sources, find_module


@pytest.fixture(scope="module")
def correct(tmp_path_factory):
    return copy_sources(tmp_path_factory.mktemp("correct"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_applies_to_the_code_as_it_is(fault, correct, tmp_path):
    sources = copy_sources(tmp_path)

    apply(fault, sources)

    changed = find_module(fault, sources).read_text()
    assert changed != find_module(fault, correct).read_text()


def test_names_of_faults_are_unique():
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) > 0

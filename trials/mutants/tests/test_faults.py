import shutil

import pytest

from trials.mutants.faults import FAULTS
from trials.mutants.trial import PACKAGE, apply


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_applies_to_the_code_as_it_is(fault, tmp_path):
    sources = shutil.copytree(PACKAGE / "src", tmp_path / "src")

    apply(fault, sources)

    path = f"stream_processor/{fault.module.replace('.', '/')}.py"
    assert (sources / path).read_text() != (PACKAGE / "src" / path).read_text()


def test_names_of_faults_are_unique():
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) > 0

"""Runs the tests of the stream processor on copies of it, each with one fault."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from trials.mutants.faults import Fault
from trials.mutants.syntax import replace

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = ROOT / "packages/stream-processor"
# The models too: what the processor writes is encoded there.
_SOURCES: Final = (PACKAGE / "src", ROOT / "packages/models/src")
_UNIT_TESTS: Final = PACKAGE / "tests/unit"
_DEPTHS: Final = ("unit", "integration")
# The proofs take longest, so they run when the other unit tests have passed.
_PROOFS: Final = (
    _UNIT_TESTS / "stream/test_interleavings.py",
    _UNIT_TESTS / "stream/test_convergence.py",
)
# What only a server shows: the conditions of writes, and faults on the way to it.
_CONTRACTS: Final = (
    PACKAGE / "tests/integration/stream/test_handler.py",
    PACKAGE / "tests/integration/stream/test_read_model_writer.py",
    PACKAGE / "tests/integration/tables/test_faults.py",
    PACKAGE / "tests/integration/tables/test_read_model_table.py",
)
_TESTS_FAILED: Final = 1


class TestsDidNotRunError(Exception):
    """pytest ended with neither success nor a failed test."""


def copy_sources(folder: Path) -> Path:
    """Copy the code of the packages that have faults to a new folder, and return it."""
    for each in _SOURCES:
        # What was compiled without a fault must not be taken for the faulty module.
        shutil.copytree(
            each, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    return folder


def find_module(fault: Fault, sources: Path) -> Path:
    """Return the module of a fault in a copy of the sources."""
    return sources / f"{fault.module.replace('.', '/')}.py"


def apply(fault: Fault, sources: Path) -> None:
    """Put a fault into a copy of the sources.

    Raises:
        DoesNotApplyError: the faulty place is not there, or more than once.
    """
    module = find_module(fault, sources)
    module.write_text(replace(module.read_text(), fault.replacement))


def is_killed(fault: Fault) -> bool:
    """Return whether a test fails on a copy of the package with this fault.

    Raises:
        DoesNotApplyError: see `apply`.
        TestsDidNotRunError: the copy could not be tested.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = copy_sources(Path(folder) / "src")
        apply(fault, sources)
        # Most faults are killed by their module's own tests, and most others by the contracts: both
        # take a fraction of the time.
        return not (
            _run_tests(sources, _find_own_tests(fault))
            and _run_tests(sources, _CONTRACTS)
            and do_tests_pass(sources)
        )


def do_tests_pass(sources: Path | None = None) -> bool:
    """Run the tests up to the first failure, the quick ones first.

    Args:
        sources: a copy of the code; None for the code itself.

    Raises:
        TestsDidNotRunError: pytest ended with neither success nor a failed test.
    """
    quick = sorted(set(_UNIT_TESTS.rglob("test_*.py")) - set(_PROOFS))
    return _run_tests(sources, [*quick, *_PROOFS, *_CONTRACTS])


def _run_tests(sources: Path | None, tests: Sequence[Path]) -> bool:
    if not tests:
        return True
    with tempfile.TemporaryDirectory() as examples:
        status = subprocess.run(  # noqa: S603 - pytest, on this repository's tests
            [
                *(sys.executable, "-m", "pytest", "--exitfirst", "--quiet"),
                *("-m", "", "-p", "no:cacheprovider", "--hypothesis-seed=0", f"--rootdir={ROOT}"),
                *map(str, tests),
            ],
            cwd=ROOT,
            env=os.environ
            | ({"PYTHONPATH": str(sources)} if sources else {})
            | {
                "CONVERGENCE_EXAMPLES": "100",
                "HYPOTHESIS_STORAGE_DIRECTORY": examples,
            },
            stdout=subprocess.DEVNULL,
            check=False,
        ).returncode
    if status not in {0, _TESTS_FAILED}:
        raise TestsDidNotRunError(f"pytest ended with status {status}")
    return status == 0


def _find_own_tests(fault: Fault) -> list[Path]:
    """Return the tests of a fault's module in this package; the models have none here."""
    _, _, place = fault.module.partition(".")
    folder, _, name = place.rpartition(".")
    own = [PACKAGE / "tests" / depth / folder / f"test_{name}.py" for depth in _DEPTHS]
    return [each for each in own if each.exists()]

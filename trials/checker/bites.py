"""Faults of `trials.mutants` that a history or a damaged event must show."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from trials.mutants.faults import FAULTS
from trials.mutants.trial import ROOT, apply, copy_sources

_OPTIONS: Final = ("--seed", "1", "--histories", "2", "--steps", "12000", "--damaged", "2000")
_WRONG: Final = 1

NAMES: Final = (
    "a delete writes nothing",
    "a move leaves the old row",
    "a move forgets the new row",
    "a modify writes the old image",
    "a poison old image poisons the change",
    "a record that becomes poison keeps its row",
    "a record that becomes poison is not quarantined",
    "a tombstone lives a day",
    "the first change of a row in a batch wins",
    "a private attribute is served",
    "versions are compared unpadded",
    "versions lack the stream's label",
    "a write has no condition",
    "a write applies over a newer version",
    "a write needs a row to write over",
    "any refusal of a write counts as already applied",
    "a failed condition counts as a failure",
    "a quarantine message holds the images",
    "a record that the quarantine refuses is acknowledged",
    "the last failure of a batch is reported",
    "a failed write is acknowledged",
    "a record that becomes poison is only quarantined",
    "poison is dropped",
    "a repair writes without its condition",
    "a repair trusts the source it read before the rows",
    "a repair gives its row a version above the stream's",
    "a repair forgets the version it found",
    "a repair takes a tombstone for the row",
    "a repair replaces tombstones by tombstones",
    "a redrive takes any version of its entry",
    "the record of a row in seconds is not found",
    "the row of a record in seconds is not found",
    "the removal of what is no item is acknowledged",
    "a cancelled write counts as applied",
    "unprocessed keys are not read again",
    "the row of a poison record is no orphan",
    "a failure is in a shard of another day",
    "a failure is in another shard of its day",
    "a row whose status is no longer FAILED keeps its failure shard",
    "the stream writes no failure shard",
    "a repair writes no failure shard",
    "a redelivery counts a status again",
    "a moved row counts as a new notification",
    "a row that is already applied counts as a status",
)


class CheckerDidNotRunError(Exception):
    """The checker ended with neither success nor a finding."""


def is_found(name: str) -> bool:
    """Return whether the checker finds a fault in a copy of the code.

    Raises:
        CheckerDidNotRunError: the copy could not be checked.
    """
    (fault,) = (each for each in FAULTS if each.name == name)
    with tempfile.TemporaryDirectory() as folder:
        sources = copy_sources(Path(folder) / "src")
        apply(fault, sources)
        done = subprocess.run(  # noqa: S603 - this program
            [sys.executable, "-m", "trials.checker", *_OPTIONS],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(sources)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode not in {0, _WRONG} or ("WRONG" in done.stdout) != bool(done.returncode):
        raise CheckerDidNotRunError(done.stdout)
    return done.returncode == _WRONG

"""`python -m trials.mutants [--one-in N] [PART_OF_A_NAME …]`: every fault must make a test fail."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from trials.mutants.faults import FAULTS, Fault
from trials.mutants.trial import do_tests_pass, is_killed


def main() -> int:
    """Try the faults whose names contain one of the arguments, or all; 0 if all are killed."""
    parser = argparse.ArgumentParser(prog="nox -s mutants --", description=main.__doc__)
    parser.add_argument("parts", nargs="*", default=[""], metavar="PART_OF_A_NAME")
    parser.add_argument(
        "--one-in",
        type=int,
        default=1,
        metavar="N",
        help="try one in N of them, on N days in a row each (default: 1)",
    )
    options = parser.parse_args()
    if options.one_in < 1:
        parser.error("--one-in must be at least 1")
    faults = [each for each in FAULTS if any(part in each.name for part in options.parts)]
    today = datetime.now(UTC).toordinal()
    faults = faults[today % options.one_in :: options.one_in]
    if not faults:
        sys.exit("no fault has such a name")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        without_fault = pool.submit(do_tests_pass)
        verdicts = list(pool.map(_try, faults))
    if not without_fault.result():
        sys.exit("the tests fail without any fault")
    killed = sum(verdicts)
    summary = f"{len(faults)} faults: {killed} killed, {len(faults) - killed} alive"
    print(summary)  # noqa: T201 - the command's output
    return 0 if all(verdicts) else 1


def _try(fault: Fault) -> bool:
    started_s = time.monotonic()
    killed = is_killed(fault)
    verdict = "killed" if killed else "ALIVE "
    duration_s = time.monotonic() - started_s
    line = f"{verdict}  {duration_s:5.1f} s  {fault.module}: {fault.name}"
    print(line, flush=True)  # noqa: T201 - the command's output
    return killed


if __name__ == "__main__":
    sys.exit(main())

"""`python -m trials.checker`, which `nox -s checker -- --steps 20000 --seed 7` runs.

Each history is a random run of the real stream function and operator tools over tables, a queue and
a bucket in memory. Senders create, change, move, poison, delete and let expire; calls fail, writes
arrive late, programs are killed, batches are delivered twice and discarded, streams are recreated.
Every write of the read model is judged, and whenever a history comes to rest, the read model must
be the projection of the command side. Then damaged stream events are sent.
"""

import argparse
import itertools
import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

from trials.checker.bites import NAMES, is_found
from trials.checker.damaged.events import send_many
from trials.checker.expected.judge import CheckFailedError
from trials.checker.history import run_history

_STEPS: Final = 20_000
_DAMAGED: Final = 20_000
_PART: Final = 2_500
"""Damaged events that one process sends, with a seed of their own."""

_SEEDS: Final = 2**32
# The order of sets of texts is a part of a history.
_HASH_SEED: Final = {"PYTHONHASHSEED": "0"}


def main() -> int:
    """Run the histories and the damaged events; 0 if nothing is wrong."""
    started_s = time.monotonic()
    options = _parse_options()
    if options.faults is not None:
        return _find_faults(options.faults)
    seeds = range(options.seed, options.seed + (options.histories if options.steps else 0))
    parts = [min(_PART, options.damaged - sent) for sent in range(0, options.damaged, _PART)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        histories = pool.map(partial(_run_history, count=options.steps), seeds)
        events = pool.map(_send_damaged, itertools.count(options.seed), parts)
        are_right = all(list(histories))
        outcomes = list(events)
    if outcomes and None not in outcomes:
        ends = sum(filter(None, outcomes), Counter[str]()).most_common()
        listed = ", ".join(f"{number:,} {name}" for name, number in ends)
        _print(f"damaged events: right; {listed}; {time.monotonic() - started_s:.0f} s in all")
    return 0 if are_right and None not in outcomes else 1


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s checker --")
    parser.add_argument("--steps", type=int, default=_STEPS, help="of each history; 0 for none")
    parser.add_argument("--histories", type=int, default=2, help="each with its own seed")
    parser.add_argument("--seed", type=int, default=random.randrange(_SEEDS))  # noqa: S311
    parser.add_argument("--damaged", type=int, default=_DAMAGED, help="damaged stream events")
    parser.add_argument(
        "--faults",
        nargs="*",
        metavar="PART_OF_A_NAME",
        help="instead, put faults of trials/mutants into a copy: each must be found",
    )
    return parser.parse_args()


def _run_history(seed: int, count: int) -> bool:
    started_s = time.monotonic()
    try:
        counts = run_history(seed, count)
    except CheckFailedError as error:
        _print(f"seed {seed}: WRONG: {error}")
        _print(f"again: nox -s checker -- --seed {seed} --histories 1 --damaged 0 --steps {count}")
        return False
    _print(f"seed {seed}: right; {counts}; {time.monotonic() - started_s:.0f} s")
    return True


def _send_damaged(seed: int, count: int) -> Counter[str] | None:
    try:
        return send_many(random.Random(seed), count)  # noqa: S311 - repeatable
    except CheckFailedError as error:
        _print(f"damaged events, seed {seed}: WRONG: {error}")
        _print(f"again: nox -s checker -- --seed {seed} --steps 0 --damaged {count}")
        return None


def _find_faults(parts: list[str]) -> int:
    """Check that each fault whose name contains one of the parts, or each, is found."""
    names = [name for name in NAMES if not parts or any(part in name for part in parts)]
    if not names:
        sys.exit("no fault has such a name")
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_find_fault, names))
    _print(f"{len(names)} faults: {sum(found)} found, {len(found) - sum(found)} not found")
    return 0 if all(found) else 1


def _find_fault(name: str) -> bool:
    started_s = time.monotonic()
    found = is_found(name)
    verdict = "found    " if found else "NOT FOUND"
    _print(f"{verdict} {time.monotonic() - started_s:5.1f} s  {name}")
    return found


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command's output


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != _HASH_SEED["PYTHONHASHSEED"]:
        command = [sys.executable, "-m", "trials.checker", *sys.argv[1:]]
        os.execve(sys.executable, command, os.environ | _HASH_SEED)  # noqa: S606 - this program
    sys.exit(main())

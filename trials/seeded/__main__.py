"""`python -m trials.seeded`, which `nox -s seeded -- --records 100000` runs.

Seeds a local stack with notifications and an incident. Two requests, and two commands, must find
the application that fails, the reason and the first minute; every count of the API must be that of
the generator; and `verify` must find no difference. Then every stream record is delivered three
times, shuffled, beside two rebuilds, and all counts must be the same.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from local_stack.demo.seed.record_table import open_record_table
from local_stack.demo.seed.seeding import SeedProgress, write_plan
from local_stack.emulator.aws_access import AWS_SESSION, isolate_environment
from local_stack.stack import LocalStack, StackOptions, run_stack
from notification_client import NotificationClient
from trials.seeded.comparison import find_differences
from trials.seeded.programs import rebuild, verify
from trials.seeded.questions import (
    CountFailures,
    Window,
    count_by_command,
    count_by_request,
    find_cause,
)
from trials.seeded.redelivery import redeliver
from trials.seeded.scenario import SEARCHED_MS, Expected, create_plan

_PROJECTION_TIMEOUT_S: Final = 3600
_REBUILDS: Final = 2
_MOST_SHOWN: Final = 20
_MOST_S: Final = 10
"""Seconds for two questions."""


class _Trial:
    """The steps of the trial, each of which reports what it found.

    Attributes:
        faults: what was not as it should be.
    """

    def __init__(self, stack: LocalStack, expected: Expected, chance: random.Random) -> None:
        self.faults: list[str] = []
        self._stack = stack
        self._expected = expected
        self._chance = chance
        self._started_s = time.monotonic()

    def seed(self) -> None:
        """Write all records and wait until they are projected."""
        progress, started_s = SeedProgress(), time.monotonic()
        asyncio.run(self._write(progress))
        self._report_rate("writes", progress.writes, started_s)
        if not self._stack.event_source.wait_until_caught_up(_PROJECTION_TIMEOUT_S):
            self._stack.check()
            self.faults.append(f"not projected within {_PROJECTION_TIMEOUT_S} s")
        self._report_rate("writes, all projected,", progress.writes, started_s)

    async def _write(self, progress: SeedProgress) -> None:
        async with open_record_table(AWS_SESSION, self._stack.emulator_url) as table:
            await write_plan(self._expected.plan, table, progress)

    def find_cause(self, how: str, count: CountFailures) -> None:
        """Find the incident's cause in a way."""
        until_ms = self._expected.plan.until_ms
        started_s = time.monotonic()
        cause = find_cause(count, self._stack, Window(until_ms - SEARCHED_MS, until_ms))
        seconds = time.monotonic() - started_s
        self._report(f"{how}: {cause} in {seconds:.1f} s")
        if cause != self._expected.find_cause():
            self.faults.append(f"{how}: {cause}, not {self._expected.find_cause()}")
        if seconds > _MOST_S:
            self.faults.append(f"{how}: {seconds:.1f} s, more than {_MOST_S}")

    def compare(self) -> None:
        """Compare all counts with the generator's, and both tables with each other."""
        with NotificationClient(self._stack.api_url, trust_env=False) as client:
            differences = list(find_differences(client, self._expected))
        self._report(f"counts that differ from the generator's: {len(differences)}")
        self.faults += differences
        counts = verify(self._stack)
        found = {name: counts[name] for name in ("records", "rows", "differences", "in_flight")}
        records = self._expected.plan.records
        wanted = {"records": records, "rows": records, "differences": 0, "in_flight": 0}
        self._report(f"verify: {found}")
        if found != wanted:
            self.faults.append(f"verify: {found}, not {wanted}")

    def redeliver(self) -> None:
        """Deliver everything three times, shuffled, beside two rebuilds."""
        started_s = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            rebuilt = pool.submit(self._rebuild)
            for delivered in redeliver(self._stack, self._chance):
                self._report_rate("records delivered again", delivered, started_s)
                started_s = time.monotonic()
            for text in rebuilt.result():
                self._report(f"rebuilt beside it: {text}")

    def _rebuild(self) -> list[str]:
        return [rebuild(self._stack) for _ in range(_REBUILDS)]

    def _report(self, text: str) -> None:
        print(f"{time.monotonic() - self._started_s:7.1f} s  {text}", flush=True)  # noqa: T201

    def _report_rate(self, what: str, count: int, started_s: float) -> None:
        seconds = time.monotonic() - started_s
        self._report(f"{count} {what} in {seconds:.1f} s: {count / seconds:.0f}/s")


def _run(records: int, seed: int) -> list[str]:
    """Run the trial; returns what was not as it should be."""
    plan = create_plan(records, seed, int(time.time() * 1000))
    with run_stack(StackOptions(), report=lambda _step: None) as stack:
        trial = _Trial(stack, Expected(plan), random.Random(seed))  # noqa: S311 - repeatable
        trial.seed()
        trial.find_cause("two requests", count_by_request)
        trial.find_cause("two commands", count_by_command)
        trial.compare()
        trial.redeliver()
        trial.compare()
        return trial.faults


def main() -> None:
    """Run the trial and exit with 1 if anything was not as it should be."""
    parser = argparse.ArgumentParser(prog="nox -s seeded --", description=__doc__)
    parser.add_argument("--records", type=int, default=100_000, help="notifications to seed")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    isolate_environment(os.environ)
    faults = _run(arguments.records, arguments.seed)
    for fault in faults[:_MOST_SHOWN]:
        print(f"FAULT  {fault}", flush=True)  # noqa: T201
    print(f"{len(faults)} faults", flush=True)  # noqa: T201
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

"""`python -m trials.soak`, which `nox -s soak -- --records 20000` runs.

Command records are created, changed, moved, deleted and created again; one in a thousand is poison.
Batches are delivered twice, writes fail before or after they are applied, and the processor is
killed ten times. At the end both failure stores are redriven: the read model must be the projection
of the command side, except for records that are still poison.
"""

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local_stack.emulator.aws_access import AWS_SESSION, create_session
from local_stack.emulator.emulator import run_emulator
from local_stack.emulator.resources import Resources, create_resources
from local_stack.pipeline import create_clients
from local_stack.ports import find_port
from stream_processor.operations.operator_tools import open_operator_tools
from stream_processor.settings import Settings
from trials.soak.sender import Sender
from trials.soak.verification import Verification

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SENDERS: Final = 4
_KILLS: Final = 10
_TIMEOUT_S: Final = 3600


class _Processor:
    """The stream processor in a process of its own, killed and started again."""

    def __init__(self, emulator_url: str, resources: Resources, folder: Path, seed: int) -> None:
        self._command = [
            *(sys.executable, "-m", "trials.soak.processor", emulator_url, resources.stream_arn),
            *(resources.quarantine_queue_url, str(folder / "checkpoint"), str(seed)),
        ]
        self._lock = threading.Lock()
        self.kills = 0
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A seed for each process: with one seed for all, each would fail at the same calls.
        command = [*self._command, str(self.kills)]
        return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our program

    def kill(self) -> None:
        # Senders may kill at the same time; two processors would share one checkpoint.
        with self._lock:
            self._process.kill()
            self._process.communicate()
            self.kills += 1
            self._process = self._start()

    def finish(self) -> None:
        """End its input, upon which it processes the rest of the stream and exits."""
        self._process.communicate(timeout=_TIMEOUT_S)
        if self._process.returncode:
            sys.exit(f"the processor ended with {self._process.returncode}")


def _write_all(
    dynamodb: "DynamoDBClient",
    records: int,
    seed: int,
    kill_at: Collection[int],
    kill: Callable[[], None],
) -> Counter[str]:
    """Write so many changes, and kill the processor after those in `kill_at`."""
    senders = [Sender(dynamodb, number, seed) for number in range(_SENDERS)]
    written = itertools.count(1)

    def send(sender: Sender) -> None:
        for _ in range(records // _SENDERS):
            sender.change()
            if next(written) in kill_at:
                kill()

    with ThreadPoolExecutor(_SENDERS) as pool:
        list(pool.map(send, senders))
    return sum((sender.counts for sender in senders), Counter())


def _soak(records: int, seed: int) -> bool:
    """Run the soak; returns whether nothing was lost, stale or revived."""
    kill_at = random.Random(seed).sample(range(1, records), _KILLS)  # noqa: S311 - repeatable
    with tempfile.TemporaryDirectory() as name, run_emulator(find_port(0, option="")) as emulator:
        aws = create_clients(create_session(), dynamodb_url=emulator.url, emulator_url=emulator.url)
        resources = create_resources(aws.dynamodb, aws.sqs, aws.s3)
        processor = _Processor(emulator.url, resources, Path(name), seed)
        started_s = time.monotonic()

        def report(text: str) -> None:
            print(f"{time.monotonic() - started_s:7.1f} s  {text}", flush=True)  # noqa: T201

        changes = _write_all(aws.dynamodb, records, seed, set(kill_at), processor.kill)
        report(f"written: {dict(changes)}")
        processor.finish()
        report(f"projected, with {processor.kills} kills")
        with open_operator_tools(Settings(), AWS_SESSION, emulator.url) as tools:
            verification = Verification(tools, aws, resources.quarantine_queue_url)
            report(f"redriven: {verification.redrive_all()}")
            counts = verification.verify_all()
        in_stores = verification.count_stored_failures()
        report(str(counts))
        report(
            f"lost {counts.missing}, stale {counts.stale}, orphans {counts.orphan}; "
            f"poison {counts.poison}, of which in the failure stores {in_stores}"
        )
        return counts.differences == 0 and counts.poison == in_stores


def main() -> None:
    """Run the soak and exit with 1 if the read model is wrong."""
    parser = argparse.ArgumentParser(prog="nox -s soak --", description=__doc__)
    parser.add_argument("--records", type=int, default=200_000, help="changes to write")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))  # noqa: S311
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)  # noqa: T201
    sys.exit(0 if _soak(arguments.records, arguments.seed) else 1)


if __name__ == "__main__":
    main()

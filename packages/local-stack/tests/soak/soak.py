"""Runs the pipeline under everything that goes wrong at once, then verifies what it made.

`nox -s soak -- --records 20000` runs it. Records are written, changed, moved, deleted and created
again; one in a thousand is poison; batches are delivered twice; writes fail, before they are
applied or after it; and the processor is killed again and again. At the end everything is
redriven, and the read model must be the projection of the command side, but for what is poison
still.
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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import processor
from tables import connect, count_poison, redrive_all, verify_all

from local_stack.emulator.emulator import run_emulator
from local_stack.emulator.tables import create_resources
from local_stack.ports import find_port
from notification_models import CommandRecord, encode_command_record
from notification_models.schema import COMMAND_RECORDS

WRITERS = 4
CREATED_AT = 1_704_067_200_000
KILLS = 10
POISON = 0.001
TIMEOUT_S = 3600
CHANGES = {"create": 60, "deliver": 20, "move": 8, "delete": 8, "create again": 4}


class Sender:
    """Writes the command records whose numbers are its own, so that no two senders share one."""

    def __init__(self, dynamodb, number, seed):
        self._dynamodb = dynamodb
        self._random = random.Random(f"{seed}-{number}")
        self._prefix = f"tx-{number}"
        self._numbers = itertools.count()
        self._live = []
        self._dead = []
        self.counts = Counter()

    def change(self):
        """Make one change, chosen by chance among those that are possible."""
        (kind,) = self._random.choices(list(CHANGES), weights=CHANGES.values())
        if kind == "create again" and self._dead:
            self._put(self._take(self._dead), "SENT")
        elif kind == "delete" and self._live:
            self._delete(self._take(self._live))
        elif kind in {"deliver", "move"} and self._live:
            self._put(self._take(self._live), "DELIVERED" if kind == "deliver" else "SENT")
        else:
            kind = "create"
            self._put(next(self._numbers), "SENT")
        self.counts[kind] += 1

    def _take(self, numbers):
        index = self._random.randrange(len(numbers))
        numbers[index], numbers[-1] = numbers[-1], numbers[index]
        return numbers.pop()

    def _put(self, number, status):
        record = CommandRecord(
            transaction_id=f"{self._prefix}-{number}",
            created_at=CREATED_AT + number,
            user_id=f"user-{self._random.randrange(500)}",
            notification_title="新年快樂 🎉",
            status=status,
            platform="IOS",
            marketing_id=f"campaign-{self._random.randrange(5)}",
            ap_id="mobile-app-001",
        )
        item = encode_command_record(record)
        if self._random.random() < POISON:
            self.counts["poison"] += 1
            del item[self._random.choice(["user_id", "status", "notification_title"])]
        self._dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=item)
        self._live.append(number)

    def _delete(self, number):
        key = {
            "transaction_id": {"S": f"{self._prefix}-{number}"},
            "created_at": {"N": str(CREATED_AT + number)},
        }
        self._dynamodb.delete_item(TableName=COMMAND_RECORDS.name, Key=key)
        self._dead.append(number)


class Processor:
    """The stream processor in a process of its own, killed and started again as asked."""

    def __init__(self, emulator_url, resources, folder, seed):
        self._command = [
            *(sys.executable, processor.__file__, emulator_url, resources.stream_arn),
            *(resources.quarantine_queue_url, str(folder / "checkpoint"), str(seed)),
        ]
        self._process = None
        self._lock = threading.Lock()
        self.kills = 0

    def start(self):
        # A seed of its own for each life: else it would fail at the same calls for ever.
        command = [*self._command, str(self.kills)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)

    def kill(self):
        # Several senders may ask at once; two processors would share one checkpoint.
        with self._lock:
            self._process.kill()
            self._process.communicate()
            self.kills += 1
            self.start()

    def finish(self):
        """Let it do all that is left: the end of its input tells it that no more will come."""
        self._process.communicate(timeout=TIMEOUT_S)
        if self._process.returncode:
            sys.exit(f"the processor ended with {self._process.returncode}")


def write_all(dynamodb, records, seed, kill_at, kill):
    """Make so many changes, killing the processor when so many of them are made."""
    senders = [Sender(dynamodb, number, seed) for number in range(WRITERS)]
    made = itertools.count(1)

    def send(sender):
        for _ in range(records // WRITERS):
            sender.change()
            if next(made) in kill_at:
                kill()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(send, senders))
    return sum((sender.counts for sender in senders), Counter())


def soak(records, seed):
    """Run; give back whether nothing was lost, stale or revived."""
    chance = random.Random(seed)
    kill_at = set(chance.sample(range(1, records), KILLS))
    with tempfile.TemporaryDirectory() as name, run_emulator(find_port(0, option="")) as emulator:
        aws = connect(emulator.url)
        resources = create_resources(aws.dynamodb, aws.sqs, aws.s3)
        running = Processor(emulator.url, resources, Path(name), seed)
        running.start()
        started_s = time.monotonic()
        changes = write_all(aws.dynamodb, records, seed, kill_at, running.kill)
        print(f"{time.monotonic() - started_s:7.1f} s  written: {dict(changes)}", flush=True)
        running.finish()
        print(f"{time.monotonic() - started_s:7.1f} s  projected, with {running.kills} kills")
        print(f"{'':10} set aside: {redrive_all(aws, resources.quarantine_queue_url)}")
        counts = verify_all(aws)
        waiting = count_poison(aws, resources.quarantine_queue_url)
        print(f"{time.monotonic() - started_s:7.1f} s  {counts}")
        print(
            f"lost {counts.missing}, stale {counts.stale}, orphans {counts.orphan}; "
            f"poison {counts.poison}, of which set aside {waiting}"
        )
        return counts.differences == 0 and counts.poison == waiting


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=200_000, help="changes to make")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    sys.exit(0 if soak(arguments.records, arguments.seed) else 1)


if __name__ == "__main__":
    main()

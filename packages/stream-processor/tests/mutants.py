"""Breaks the projection, the writer and the tools on purpose, to see that a test notices.

`nox -s mutants` runs it. Each mutant is one replacement in one module of a copy of the package; it
is killed if the tests fail on that copy. Arguments choose mutants by a part of their name.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
WORKSPACE = PACKAGE.parents[1]
TESTS_FAILED = 1
WORKERS = 2
THOROUGH = ("test_interleavings.py", "test_convergence.py")


@dataclass(frozen=True)
class Mutant:
    """A fault: what it is, and the replacement that makes it."""

    name: str
    module: str
    before: str
    after: str


MUTANTS = [
    # projection
    Mutant(
        "a delete writes nothing",
        "projection",
        'return (_bury(decode_row_key(_require_image(record.old_image, "OldImage")), record),)',
        "return ()",
    ),
    Mutant(
        "a move leaves the old row",
        "projection",
        "return (_bury(old_key, record), row)",
        "return (row,)",
    ),
    Mutant(
        "a move forgets the new row",
        "projection",
        "return (_bury(old_key, record), row)",
        "return (_bury(old_key, record),)",
    ),
    Mutant(
        "a modify writes the old image",
        "projection",
        'command = decode_command_record(_require_image(record.new_image, "NewImage"))',
        "command = decode_command_record(record.old_image or record.new_image)",
    ),
    Mutant(
        "a poison old image poisons the change",
        "projection",
        "    except InvalidRecordError:\n        return None\n",
        "    except InvalidRecordError:\n        raise\n",
    ),
    Mutant(
        "a delete needs a whole old image",
        "projection",
        'return (_bury(decode_row_key(_require_image(record.old_image, "OldImage")), record),)',
        "return (_bury(project_command_record(decode_command_record("
        '_require_image(record.old_image, "OldImage"))).key, record),)',
    ),
    Mutant(
        "a tombstone lives a day",
        "projection",
        "TOMBSTONE_LIFETIME_S: Final = 8 * 24 * 60 * 60",
        "TOMBSTONE_LIFETIME_S: Final = 24 * 60 * 60",
    ),
    Mutant(
        "a tombstone expires in milliseconds",
        "projection",
        "expires_at=record.changed_at_ms // 1000 +",
        "expires_at=record.changed_at_ms +",
    ),
    Mutant(
        "order within a row is lost: the first change of a batch wins",
        "projection",
        "elif earlier.row.version < row.version:",
        "elif False:",
    ),
    Mutant(
        "order within a row is lost: the last change delivered wins",
        "projection",
        "elif earlier.row.version < row.version:",
        "else:",
    ),
    Mutant(
        "a failed row reports the last of its changes",
        "projection",
        "planned[row.key] = replace(earlier, row=row)",
        "planned[row.key] = PlannedWrite(row, position)",
    ),
    Mutant(
        "a private attribute is served",
        "projection",
        "ap_id=command.ap_id,",
        "ap_id=command.payload,",
    ),
    # versions
    Mutant(
        "versions are compared unpadded",
        "stream_record",
        'version=encode_version(_decode_stream_label(raw), _require(change, "SequenceNumber")),',
        "version=f'{_decode_stream_label(raw)}#{_require(change, \"SequenceNumber\")}',",
    ),
    Mutant(
        "versions lack the stream's label",
        "stream_record",
        "encode_version(_decode_stream_label(raw),",
        'encode_version("2026-01-01",',
    ),
    Mutant(
        "the time of a change is in seconds",
        "stream_record",
        'changed_at_ms=int(_require(change, "ApproximateCreationDateTime") * 1000)',
        'changed_at_ms=int(_require(change, "ApproximateCreationDateTime"))',
    ),
    # writer
    Mutant(
        "a write has no condition",
        "read_model_writer",
        '            "ConditionExpression": _IF_ABSENT_OR_OLDER,\n',
        '            "ConditionExpression": "attribute_exists(#version) OR :version = :version",\n',
    ),
    Mutant(
        "a write applies over its own version",
        "read_model_writer",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"attribute_not_exists(#version) OR #version <= :version"',
    ),
    Mutant(
        "a write applies over a newer version",
        "read_model_writer",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"attribute_not_exists(#version) OR #version > :version"',
    ),
    Mutant(
        "a write needs a row to write over",
        "read_model_writer",
        '"attribute_not_exists(#version) OR #version < :version"',
        '"#version < :version"',
    ),
    Mutant(
        "any refusal of a write counts as applied already",
        "read_model_writer",
        '                if error.response["Error"]["Code"] != "ConditionalCheckFailedException":\n'
        "                    raise\n",
        "",
    ),
    Mutant(
        "a repair writes whatever is there",
        "read_model_table",
        '"ConditionExpression": _IF_ABSENT if version is None else _IF_UNCHANGED,',
        '"ConditionExpression": "attribute_not_exists(#version) OR attribute_exists(#version)"'
        ' if version is None else "#version = :found OR attribute_exists(#version)",',
    ),
    # handler
    Mutant(
        "the last failure of a batch is reported",
        "handler",
        "records[min(failed)]",
        "records[max(failed)]",
    ),
    Mutant(
        "a failed write is acknowledged",
        "handler",
        "                _log_failure(records[position], error)\n"
        "                failed.add(position)\n",
        "                _log_failure(records[position], error)\n",
    ),
    Mutant(
        "a record that breaks the projection is acknowledged",
        "handler",
        "                _log_failure(record, error)\n                failed.add(position)\n",
        "                _log_failure(record, error)\n",
    ),
    Mutant(
        "poison is dropped",
        "handler",
        "                task = self._executor.submit(self._put_aside, record, poison, deadline)\n"
        "                tasks.append((position, task))\n",
        "                continue\n",
    ),
    # repair
    Mutant(
        "repair trusts what it read before it looked at the rows",
        "repair",
        "            # Read again now that the rows are known; see the head of this module.\n"
        "            source = self._commands.find(key)\n",
        "",
    ),
    Mutant(
        "repair gives its row a version above the stream's",
        "repair",
        'UNVERSIONED: Final = "0"',
        'UNVERSIONED: Final = "9"',
    ),
    Mutant(
        "repair keeps a version that no stream gives",
        "repair",
        "return version if version is not None and is_version(version) else UNVERSIONED",
        "return version if version is not None else UNVERSIONED",
    ),
    Mutant(
        "repair forgets the version it found",
        "repair",
        "return version if version is not None and is_version(version) else UNVERSIONED",
        "return UNVERSIONED",
    ),
    Mutant(
        "repair leaves the row of a record that is gone",
        "repair",
        "            elif _is_row(item) or version != keep_version(item):\n",
        "            elif (record and _is_row(item)) or version != keep_version(item):\n",
    ),
    Mutant(
        "repair leaves the row of a record that has moved",
        "repair",
        "row_keys = self._read_model.find_keys(key.transaction_id, notification_key)",
        "row_keys: set[RowKey] = set()",
    ),
    Mutant(
        "repair takes a tombstone for the row",
        "repair",
        "                if item != encode_row(row):\n",
        "                if item is None or is_live(item) and item != encode_row(row):\n",
    ),
    Mutant(
        "repair buries tombstones again",
        "repair",
        'return "deleted_at" not in item',
        "return bool(item)",
    ),
    Mutant(
        "repair takes an overtaken write for done",
        "repair",
        "                is_overtaken |= not is_applied\n",
        "",
    ),
    Mutant(
        "repair writes though nothing differs",
        "repair",
        "                if item != encode_row(row):\n",
        "                if True:\n",
    ),
    Mutant(
        "an orphan is judged before its row is read",
        "repair",
        "        item = self._read_model.find(row_key)\n"
        "        if item is None or not is_live(item):\n"
        "            return None\n"
        "        key = find_command_key(row_key)\n"
        "        source = self._commands.find(key) if key is not None else None\n",
        "        key = find_command_key(row_key)\n"
        "        source = self._commands.find(key) if key is not None else None\n"
        "        item = self._read_model.find(row_key)\n"
        "        if item is None or not is_live(item):\n"
        "            return None\n",
    ),
    Mutant(
        "the row of a poison record is an orphan",
        "repair",
        "        return project_item(source).key != row_key\n"
        "    except InvalidRecordError:\n"
        "        return False\n",
        "        return project_item(source).key != row_key\n"
        "    except InvalidRecordError:\n"
        "        return True\n",
    ),
    Mutant(
        "the redrive of a change leaves no mark of it",
        "repair",
        "            elif _is_row(item) or version != keep_version(item):\n",
        "            elif _is_row(item):\n",
    ),
    Mutant(
        "the redrive of a change lets older ones through",
        "repair",
        "version = max(keep_version(item), failed.version)",
        "version = keep_version(item)",
    ),
    # the tools over it
    Mutant(
        "redrive deletes what it could not repair",
        "redrive",
        "if remaining or is_dry_run:",
        "if is_dry_run:",
    ),
    Mutant(
        "a dry run of redrive deletes",
        "redrive",
        "if remaining or is_dry_run:",
        "if remaining:",
    ),
    Mutant(
        "rebuild writes over what is there",
        "rebuild",
        "if found is None and self._read_model.replace(",
        "if self._read_model.replace(found, Row(record=record, version=keep_version(found))) or "
        "self._read_model.replace(",
    ),
    Mutant(
        "verify takes what is in flight for lost",
        "verify",
        "if sight.difference is None or sight.row != suspect.sight.row:",
        "if sight.difference is None:",
    ),
    Mutant(
        "verify takes what is lost for in flight",
        "verify",
        "if sight.difference is None or sight.row != suspect.sight.row:",
        "if True:",
    ),
    Mutant(
        "verify overlooks a tombstone where a row should be",
        "comparison",
        "    if row is None or not is_live(row):\n"
        "        return _see(Difference.MISSING, source, row)",
        "    if row is None:\n        return _see(Difference.MISSING, source, row)\n"
        "    if not is_live(row):\n        return _AGREED",
    ),
    Mutant(
        "verify overlooks a row left behind by a move",
        "repair",
        "        return _calls_elsewhere(source, row_key)\n",
        "        return False\n",
    ),
]


def is_killed(mutant, sources):
    """Run the tests on a copy of the package with this fault in it.

    Raises:
        SystemExit: the mutant no longer fits the source, or the tests did not run.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "src"
        shutil.copytree(sources, copy)
        module = copy / "stream_processor" / f"{mutant.module}.py"
        text = module.read_text()
        if text.count(mutant.before) != 1:
            sys.exit(f"{mutant.name}: {mutant.module} does not hold its text just once")
        module.write_text(text.replace(mutant.before, mutant.after))
        status = run_tests(copy, folder)
    if status not in {0, TESTS_FAILED}:
        sys.exit(f"{mutant.name}: the tests did not run, pytest ended with {status}")
    return status == TESTS_FAILED


def run_tests(sources, folder):
    """Run the tests until the first failure, the quick ones first; give back pytest's status."""
    unit = PACKAGE / "tests" / "unit"
    quick = sorted(set(unit.glob("test_*.py")) - {unit / name for name in THOROUGH})
    contracts = (PACKAGE / "tests" / "integration").glob("test_read_model_*.py")
    command = [
        *(sys.executable, "-m", "pytest", "--exitfirst", "--quiet", "-p", "no:cacheprovider"),
        *("--hypothesis-seed=0", f"--rootdir={WORKSPACE}"),
        *map(str, [*quick, *(unit / name for name in THOROUGH), *contracts]),
    ]
    environment = os.environ | {
        "PYTHONPATH": str(sources),
        "PYTHONDONTWRITEBYTECODE": "1",
        "CONVERGENCE_EXAMPLES": "100",
        "HYPOTHESIS_STORAGE_DIRECTORY": folder,
    }
    return subprocess.run(
        command, cwd=WORKSPACE, env=environment, capture_output=True, check=False
    ).returncode


def main():
    wanted = sys.argv[1:] or [""]
    mutants = [each for each in MUTANTS if any(part in each.name for part in wanted)]
    with tempfile.TemporaryDirectory() as folder:
        # A copy, so that editing the package meanwhile spoils no run.
        sources = shutil.copytree(PACKAGE / "src", Path(folder) / "src")
        if run_tests(sources, folder):
            sys.exit("the tests fail without any mutant")
        with ThreadPoolExecutor(WORKERS) as pool:
            verdicts = list(pool.map(lambda mutant: judge(mutant, sources), mutants))
    alive = verdicts.count(False)
    print(f"{len(mutants)} mutants: {len(mutants) - alive} killed, {alive} alive")
    sys.exit(alive > 0)


def judge(mutant, sources):
    started_s = time.monotonic()
    killed = is_killed(mutant, sources)
    verdict = "killed" if killed else "ALIVE "
    print(
        f"{verdict}  {time.monotonic() - started_s:5.1f} s  {mutant.module}: {mutant.name}",
        flush=True,
    )
    return killed


if __name__ == "__main__":
    main()

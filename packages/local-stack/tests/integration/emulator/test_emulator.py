import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from local_stack.emulator.aws_access import REGION, create_client, create_session
from local_stack.emulator.emulator import run_emulator
from local_stack.exceptions import EmulatorError
from notification_models.schema import (
    COMMAND_RECORDS,
    NOTIFICATION_RECORDS,
    encode_create_table,
)


def test_it_runs_only_inside_the_block(http, free_port, wait_until_gone):
    with run_emulator(free_port()) as emulator:
        health = http.get(f"{emulator.url}/_ministack/health")
        pid = emulator.pid

    assert health.is_success
    wait_until_gone(pid)


@pytest.mark.skipif(not shutil.which("ss"), reason="lists sockets with ss, which Linux has")
def test_it_listens_only_on_its_port_of_this_machine(free_port):
    port = free_port()

    with run_emulator(port) as emulator:
        command = ["ss", "-Hltnp"]
        sockets = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    listening = [line.split()[3] for line in sockets.splitlines() if f"pid={emulator.pid}," in line]
    assert listening == [f"127.0.0.1:{port}"]


def test_a_port_that_was_taken_meanwhile_is_reported_with_the_emulators_log(free_port):
    port = free_port()

    with (
        run_emulator(port),
        pytest.raises(EmulatorError, match="already in use"),
        run_emulator(port),
    ):
        pass


def test_check_raises_an_error_when_it_is_dead(free_port):
    with run_emulator(free_port()) as emulator:
        emulator.check()
        os.kill(emulator.pid, signal.SIGKILL)
        while emulator.is_running:
            time.sleep(0.01)

        with pytest.raises(EmulatorError, match="exited with status -9"):
            emulator.check()


def test_it_ends_when_its_parent_is_killed(free_port, wait_until_gone):
    program = textwrap.dedent(
        f"""
        import os, signal
        from local_stack.emulator.emulator import run_emulator

        with run_emulator({free_port()}) as emulator:
            print(emulator.pid, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )

    parent = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=False
    )

    assert parent.returncode == -signal.SIGKILL
    wait_until_gone(int(parent.stdout))


def test_it_does_not_inherit_the_users_settings(http, free_port, monkeypatch):
    monkeypatch.setenv("USE_SSL", "1")
    monkeypatch.setenv("MINISTACK_ACCOUNT_ID", "999999999999")

    with run_emulator(free_port()) as emulator:
        health = http.get(f"{emulator.url}/_ministack/health")

    assert health.is_success


@pytest.fixture
def saved(free_port, data_dir):
    """The state file of DynamoDB that an earlier emulator saved."""
    with run_emulator(free_port(), data_dir) as emulator:
        dynamodb = create_client(create_session(), "dynamodb", emulator.url)
        dynamodb.create_table(**encode_create_table(COMMAND_RECORDS))
    return data_dir / "state" / "dynamodb.json"


def test_state_that_it_cannot_restore_stays_unchanged(free_port, data_dir, saved):
    document = json.loads(saved.read_text())
    saved.write_text(json.dumps(document | {"__ministack_format__": 99}))
    before = saved.read_bytes()

    with (
        pytest.raises(
            EmulatorError, match=r"(?s)could not restore .* dynamodb state is format v99"
        ),
        run_emulator(free_port(), data_dir),
    ):
        pass

    assert saved.read_bytes() == before


def test_state_without_tables_stays_unchanged(free_port, data_dir, saved):
    document = json.loads(saved.read_text())
    saved.write_text(json.dumps(document | {"payload": ["no table"]}))
    before = saved.read_bytes()

    with (
        pytest.raises(EmulatorError, match="could not restore"),
        run_emulator(free_port(), data_dir),
    ):
        pass

    assert saved.read_bytes() == before


def test_a_failed_save_is_an_error_and_leaves_what_was_saved_before(free_port, data_dir, saved):
    before = saved.read_bytes()

    def create_table_and_block_its_file():
        with run_emulator(free_port(), data_dir) as emulator:
            dynamodb = create_client(create_session(), "dynamodb", emulator.url)
            dynamodb.create_table(**encode_create_table(NOTIFICATION_RECORDS))
            # The emulator writes to this path first.
            (data_dir / "state" / "dynamodb.json.tmp").mkdir()

    with pytest.raises(EmulatorError, match="did not save all its data"):
        create_table_and_block_its_file()
    assert saved.read_bytes() == before


def test_an_object_that_was_not_saved_is_an_error(free_port, data_dir):
    def put_object_and_block_its_file():
        with run_emulator(free_port(), data_dir) as emulator:
            s3 = create_client(create_session(), "s3", emulator.url)
            location = {"LocationConstraint": REGION}
            s3.create_bucket(Bucket="bucket", CreateBucketConfiguration=location)
            (data_dir / "s3" / "000000000000" / "bucket" / "key.tmp").mkdir()
            s3.put_object(Bucket="bucket", Key="key", Body=b"lost")

    with pytest.raises(EmulatorError, match="did not save all its data"):
        put_object_and_block_its_file()

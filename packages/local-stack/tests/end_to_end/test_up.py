import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import sysconfig
import textwrap
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.emulator.aws_access import create_client, create_session
from local_stack.query_function import QUERY_FUNCTION
from notification_client import InternalError, NotificationClient
from notification_models import encode_command_record
from notification_models.schema import COMMAND_RECORDS


@pytest.fixture
def query():
    """Query a stack; returns the transaction ids of the notifications."""

    def send(up, method, key):
        with NotificationClient(up.api_url, trust_env=False) as client:
            return [each.transaction_id for each in getattr(client, method)(key)]

    return send


# The test run may ignore signals, as with nohup or in a background job.
_WITH_DEFAULT_SIGNALS = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_serves_the_sample_data_until_a_signal(query, start_up, number):
    up = start_up("--sample-data", launcher=(sys.executable, "-c", _WITH_DEFAULT_SIGNALS))
    rows = query(up, "failures", "tx_002")

    status, errors = up.stop(number)

    assert rows == ["tx_002"]
    assert (status, errors) == (0, "")


def test_with_the_lambda_backend_the_query_lambda_serves_queries(query, start_up, tmp_path):
    options = ("--backend", "lambda", "--sample-data", "--data-dir", str(tmp_path))
    start_up(*options).stop()

    # A second run finds the function of the first.
    up = start_up(*options)

    assert query(up, "failures", "tx_002") == ["tx_002"]
    assert len(query(up, "user", "test_user_001")) == 5
    client = create_client(create_session(), "lambda", up.emulator_url)
    client.delete_function(FunctionName=QUERY_FUNCTION)
    with pytest.raises(InternalError):
        query(up, "user", "test_user_001")


def test_it_prints_commands_to_paste(up):
    assert f"AWS_ENDPOINT_URL={up.emulator_url} " in up.printed
    assert "aws dynamodb put-item --table-name command-records --item '{" in up.printed
    assert f"curl -sS --noproxy '*' {up.api_url}/query/user" in up.printed


def test_it_prints_the_address_of_the_console_first(http, up):
    (address, *_) = re.findall(r"http://[^\s]+", up.printed)

    page = http.get(address)

    assert address == f"{up.api_url}/console"
    assert page.headers["Content-Type"].startswith("text/html")


def test_it_prints_the_address_of_the_api_documentation(http, up):
    assert f"{up.api_url}/docs" in up.printed
    assert http.get(f"{up.api_url}/docs").status_code == 200


def test_the_printed_commands_find_the_incident_in_the_sample_data(start_up):
    up = start_up("--sample-data")
    commands = [line for line in up.printed.splitlines() if line.startswith("uv run notifications")]
    path = f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"

    printed = [
        subprocess.run(
            shlex.split(command.removeprefix("uv run ")),
            env=os.environ | {"NOTIFICATIONS_URL": up.api_url, "PATH": path},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout
        for command in commands
    ]

    summary, failures = printed
    largest = next(line for line in summary.splitlines() if "mobile-app" in line)
    assert "mobile-app-002" in largest
    assert "Provider certificate expired" in largest
    assert failures.count("mobile-app-002") >= 5


def test_data_written_before_a_restart_is_served_after_it(query, start_up, tmp_path):
    options = ("--data-dir", str(tmp_path / "data"))
    first = start_up(*options)
    # No wait: the records must survive although they may not be projected yet.
    write_records(create_client(create_session(), "dynamodb", first.emulator_url), SAMPLE_RECORDS)
    assert first.stop() == (0, "")

    second = start_up(*options)

    assert query(second, "failures", "tx_002") == ["tx_002"]
    assert len(query(second, "user", "test_user_001")) == 5


def test_sample_data_written_twice_is_served_once(query, start_up, tmp_path):
    options = ("--sample-data", "--data-dir", str(tmp_path))
    start_up(*options).stop()

    second = start_up(*options)

    assert len(query(second, "user", "test_user_001")) == 5


@pytest.mark.usefixtures("up")
def test_a_data_directory_in_use_is_a_one_line_error(run_command, data_dir):
    done = run_command("up", "--api-port=0", "--dynamodb-port=0", f"--data-dir={data_dir}")

    assert done.returncode == 1
    assert done.stderr == f"Error: data directory {data_dir} is in use by another stack\n"


def test_a_damaged_data_directory_is_a_one_line_error_and_stays_as_it_is(
    run_command, start_up, tmp_path
):
    start_up("--sample-data", f"--data-dir={tmp_path}").stop()
    state = tmp_path / "state" / "dynamodb.json"
    truncated = state.read_bytes()[:5000]
    state.write_bytes(truncated)

    done = run_command("up", "--api-port=0", "--dynamodb-port=0", f"--data-dir={tmp_path}")

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"data directory {tmp_path} is damaged: state/dynamodb.json" in line
    assert state.read_bytes() == truncated


_WITH_SMALL_FILES_ONLY = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file sizes")
def test_data_that_cannot_be_saved_at_the_end_is_an_error(start_up, tmp_path):
    launcher = (sys.executable, "-c", _WITH_SMALL_FILES_ONLY)
    up = start_up("--sample-data", f"--data-dir={tmp_path}", launcher=launcher)

    status, errors = up.stop()

    assert status == 1
    assert f"did not save all its data in {tmp_path}" in errors
    assert "failed to save dynamodb" in errors


@pytest.mark.parametrize("option", ["--api-port", "--dynamodb-port"])
def test_a_port_in_use_is_a_one_line_error(run_command, option):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ports = {"--api-port": 0, "--dynamodb-port": 0} | {option: port}

        done = run_command("up", *(f"{name}={value}" for name, value in ports.items()))

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert f"port {port} " in line
    assert option in line


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_the_emulator_ends_when_the_command_is_killed(start_up, find_child, wait_until_gone):
    up = start_up()
    emulator = find_child(up.process.pid)

    up.stop(signal.SIGKILL)

    wait_until_gone(emulator)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_command_and_emulator_end_when_uv_is_killed(start_up, find_child, wait_until_gone):
    # As `uv run` does: mark the environment, start a child, wait for it.
    uv_run = textwrap.dedent(
        """
        import os, subprocess, sys
        os.environ["UV_RUN_RECURSION_DEPTH"] = "1"
        subprocess.run(sys.argv[1:], check=True)
        """
    )
    up = start_up(launcher=[sys.executable, "-c", uv_run])
    command = find_child(up.process.pid)
    emulator = find_child(command)

    up.process.kill()

    wait_until_gone(command)
    wait_until_gone(emulator)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_dead_emulator_ends_it_with_an_error(start_up, find_child):
    up = start_up()

    os.kill(find_child(up.process.pid), signal.SIGKILL)
    _, errors = up.process.communicate(timeout=60)

    assert up.process.returncode == 1
    assert "Error: the emulator exited with status -9" in errors
    assert "Traceback" not in errors


def test_an_unusable_data_directory_is_a_one_line_error(run_command, tmp_path):
    file = tmp_path / "file"
    file.write_text("")

    done = run_command("up", "--data-dir", str(Path(file) / "data"))

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be used" in done.stderr


def test_it_stops_although_a_client_never_finishes_its_request(start_up):
    up = start_up()
    url = urlsplit(up.api_url)
    with socket.create_connection((url.hostname, url.port)) as client:
        client.sendall(b"POST /query/user HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")

        status, _ = up.stop()

    assert status == 0


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_changes_that_a_killed_stack_did_not_project_are_served_after_a_restart(
    query, start_up, find_child, wait_until_gone, tmp_path
):
    options = ("--sample-data", "--data-dir", str(tmp_path))
    first = start_up(*options)
    emulator = find_child(first.process.pid)
    dynamodb = create_client(create_session(), "dynamodb", first.emulator_url)
    # From here on, nothing is projected.
    first.process.send_signal(signal.SIGSTOP)
    added, changed, deleted = (
        replace(SAMPLE_RECORDS[1], transaction_id="tx_new"),
        replace(SAMPLE_RECORDS[1], status="DELIVERED"),
        SAMPLE_RECORDS[0],
    )
    write_records(dynamodb, [added, changed])
    _delete(dynamodb, deleted)
    first.stop(signal.SIGKILL)
    wait_until_gone(emulator)

    second = start_up("--data-dir", str(tmp_path))

    assert query(second, "failures", "tx_new") == ["tx_new"]
    assert query(second, "failures", changed.transaction_id) == []
    assert deleted.transaction_id not in query(second, "user", deleted.user_id)
    assert "3 repaired" in second.printed


def _delete(dynamodb, record):
    item = encode_command_record(record)
    key = {name: item[name] for name in ("transaction_id", "created_at")}
    dynamodb.delete_item(TableName=COMMAND_RECORDS.name, Key=key)

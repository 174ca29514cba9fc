"""The command as a process, as shells and people run it."""

import csv
import fcntl
import itertools
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from testing.fault_server import encode_response, respond, send
from testing.ports import find_ports
from testing.waiting import TIMEOUT_S, wait_until

COMMAND = str(Path(sys.executable).with_name("notifications"))
ENVIRONMENT = {"PATH": os.environ["PATH"], "TZ": "Asia/Taipei", "PYTHONWARNINGS": "error"}
ROWS = 100
MOST_OF_A_PIPE = 60_000
LONGER_THAN_AN_END_S = 0.5


def encode_page(number, next_cursor=None):
    rows = [
        {
            "user_id": "u_1",
            "transaction_id": f"tx_{number}_{index}",
            "created_at": 1_704_067_200_000 - number * ROWS - index,
            "notification_title": "新年快樂 " * 30,  # a page fits a pipe, two do not
        }
        for index in range(ROWS)
    ]
    body = {"success": True, "data": rows, "message": "", "next_cursor": next_cursor}
    return encode_response(200, json.dumps(body).encode(), content_type="application/json")


@pytest.fixture(autouse=True, scope="module")
def interruptible():
    """Let Ctrl-C end a child process: a shell ignores it in what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def endless_server(server):
    numbers = itertools.count(1)

    async def send_next_page(exchange):
        number = next(numbers)
        exchange.writer.write(encode_page(number, str(number)))

    server.acts = [send_next_page]
    return server


def run(*arguments, url):
    return subprocess.run(
        [COMMAND, *arguments, "--url", url],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=TIMEOUT_S,
    )


def start(*arguments, url, **streams):
    return subprocess.Popen([COMMAND, *arguments, "--url", url], env=ENVIRONMENT, **streams)


def count_unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


def test_ctrl_c_in_the_middle_of_a_line_leaves_whole_lines(endless_server):
    arguments = ("user", "u_1", "--all", "--format", "csv")
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(*arguments, url=endless_server.url, **streams) as process:
        # The pipe is full, so the process waits for its reader with a part of a line written.
        wait_until(lambda: count_unread(process.stdout) > MOST_OF_A_PIPE, "too little was written")

        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(LONGER_THAN_AN_END_S)  # as it would without its line
        output, errors = process.communicate(timeout=TIMEOUT_S)

    heading, *rows = csv.reader(output.decode().splitlines(keepends=True))
    assert output.endswith(b"\r\n")
    assert len(rows) % ROWS == 0
    assert {len(row) for row in rows} == {len(heading)}
    assert errors == b""
    assert process.returncode == 130


def test_ctrl_c_while_a_response_is_awaited_ends_with_130(server):
    async def wait(exchange):
        await exchange.reader.read()

    server.acts = [wait]
    with start("user", "u_1", url=server.url, stderr=subprocess.PIPE) as process:
        wait_until(lambda: server.requests, "no request was sent")

        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=TIMEOUT_S)

    assert errors == b""
    assert process.returncode == 130


@pytest.mark.parametrize("format_", ["table", "csv", "ndjson", "json"])
def test_a_reader_that_has_enough_ends_the_command_quietly(endless_server, format_):
    command = f"{COMMAND} user u_1 --all --format {format_} --url {endless_server.url} | head -n 1"
    done = subprocess.run(
        ["/bin/bash", "-c", f"set -o pipefail; {command}"],
        env=ENVIRONMENT,
        capture_output=True,
        check=False,
        timeout=TIMEOUT_S,
    )

    assert done.stdout.count(b"\n") == 1
    assert done.stderr == b""
    assert done.returncode == 141


def test_a_full_disk_ends_with_1(server):
    server.acts = [send(encode_page(1))]
    with (
        Path("/dev/full").open("wb") as full,
        start("user", "u_1", url=server.url, stdout=full, stderr=subprocess.PIPE) as process,
    ):
        _, errors = process.communicate(timeout=TIMEOUT_S)

    assert errors == b"Error: cannot write: No space left on device\n"
    assert process.returncode == 1


def test_progress_is_on_a_terminal_and_the_export_is_pure(server):
    server.acts = [send(encode_page(1, "a")), send(encode_page(2))]
    terminal, error_stream = pty.openpty()
    with start(
        "user", "u_1", "--all", "--format", "csv", url=server.url,
        stdout=subprocess.PIPE, stderr=error_stream,
    ) as process:  # fmt: skip
        os.close(error_stream)
        output, _ = process.communicate(timeout=TIMEOUT_S)
    shown = read_all(terminal)

    assert process.returncode == 0
    assert len(output.splitlines()) == 1 + 2 * ROWS
    assert b"\x1b" not in output
    assert b"so far" in shown


def read_all(terminal):
    """Read what was shown on a terminal; at its end Linux raises an error."""
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    os.close(terminal)
    return shown


def test_no_service_ends_with_1_and_says_what_to_start():
    (port,) = find_ports(1)

    done = run("user", "u_1", url=f"http://127.0.0.1:{port}")

    assert done.stdout == b""
    assert done.stderr.decode() == (
        f"Error: no response from http://127.0.0.1:{port}: ConnectError: "
        "[Errno 111] Connection refused\n"
        "Start a service (`query-service up` on this machine), or set its address with --url or "
        "NOTIFICATIONS_URL.\n"
    )
    assert done.returncode == 1


def test_a_problem_ends_with_1(server):
    body = b'{"type": "/problems/invalid-request", "title": "Invalid request", "status": 400}'
    server.acts = [respond(400, body, content_type="application/problem+json")]

    done = run("user", "u_1", url=server.url)

    assert done.stderr == b"Error: Invalid request (400).\n"
    assert done.returncode == 1


def test_nothing_found_ends_with_0(server, encoded_page):
    server.acts = [send(encoded_page)]

    done = run("user", "u_1", url=server.url)

    assert done.stderr == b"No notifications of user u_1 at any time.\n"
    assert done.returncode == 0


def test_a_wrong_option_ends_with_2(server):
    done = run("user", "u_1", "--since", "ystd", url=server.url)

    assert done.returncode == 2
    assert server.requests == []


def test_an_argument_of_other_bytes_ends_with_2(server):
    done = run("user", b"\xff", url=server.url)

    assert done.stderr.endswith(b"Error: an argument is not in the encoding of this terminal\n")
    assert done.returncode == 2


def test_a_proxy_for_all_addresses_is_not_used_for_this_machine(server, encoded_page, monkeypatch):
    server.acts = [send(encoded_page)]
    monkeypatch.setitem(ENVIRONMENT, "ALL_PROXY", "http://127.0.0.1:9")

    assert run("user", "u_1", url=server.url).returncode == 0


def test_requests_are_signed_on_request(server, encoded_page, monkeypatch):
    server.acts = [send(encoded_page)]
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setitem(ENVIRONMENT, name, "unchecked")

    done = run("user", "u_1", "--sigv4", "ap-southeast-1", url=server.url)

    assert done.returncode == 0
    assert "/ap-southeast-1/execute-api/" in server.requests[0].headers["authorization"]


def test_no_credentials_end_with_1(server, monkeypatch, tmp_path):
    monkeypatch.setitem(ENVIRONMENT, "AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setitem(ENVIRONMENT, "HOME", str(tmp_path))

    done = run("user", "u_1", "--sigv4", "ap-southeast-1", url=server.url)

    assert b"credentials" in done.stderr
    assert done.returncode == 1
    assert server.requests == []


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("notifications f", b"plain,failures"),
        ("notifications user x --pl", b"plain,--platform"),
        ("notifications user x --format ndj", b"plain,ndjson"),
        ("notifications user x --tz asia/taip", b"plain,Asia/Taipei"),
    ],
)
def test_completion_of_bash_knows_commands_options_and_zones(words, completed):
    assert run_completion(words).splitlines() == [completed]


def run_completion(words):
    place = str(len(words.split()) - 1)
    variables = {
        "_NOTIFICATIONS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": place,
    }
    return subprocess.run(
        [COMMAND], env={**ENVIRONMENT, **variables}, capture_output=True, check=True
    ).stdout

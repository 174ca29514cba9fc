"""The trial as a user runs it, of a local stack."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local_stack.ports import find_port
from trials.deployed.__main__ import find_table

ROOT = Path(__file__).parents[3]
STOP_TIMEOUT_S = 30


@pytest.fixture
def start(stack):
    """Start a trial of the local stack, or of another URL."""
    started = []

    def start_trial(*options, url=None):
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "trials.deployed", url or stack.api_url, *options],
            cwd=ROOT,
            env=os.environ | {"AWS_ENDPOINT_URL": stack.emulator_url},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start_trial
    for each in started:
        each.kill()
        each.communicate()


@pytest.fixture
def run(start):
    """Run a trial; returns its status, its output and its errors."""

    def run_trial(*options, url=None):
        process = start(*options, url=url)
        output, errors = process.communicate(timeout=STOP_TIMEOUT_S)
        return process.returncode, output, errors

    return run_trial


@pytest.mark.parametrize("options", [[], ["--sign"]], ids=["unsigned", "signed"])
def test_a_trial_finds_its_record_and_leaves_none(run, list_ids, options):
    status, output, errors = run(*options)

    assert (status, errors) == (0, "")
    written, projected, deleted, gone = output.splitlines()
    assert written.startswith("command record trial-")
    assert projected.startswith("projected")
    assert deleted == "command record deleted"
    assert gone == "gone from every query"
    assert list_ids() == []


def test_a_record_that_is_never_projected_fails_the_trial_and_is_deleted(
    run, list_ids, unprojected
):
    status, output, errors = run(f"--table={unprojected}", "--timeout=1")

    assert status == 1
    assert "the trial failed: trial-" in errors
    assert "expected 1 everywhere after 1 s, but user has 0" in errors
    assert output.splitlines()[-1] == "command record deleted"
    assert list_ids(unprojected) == []


def test_a_record_is_deleted_if_the_api_fails(run, list_ids):
    status, output, errors = run(url=f"http://127.0.0.1:{find_port(0, option='none')}")

    assert status == 1
    assert "the API failed" in errors
    assert "Traceback" not in errors
    assert output.splitlines()[-1] == "command record deleted"
    assert list_ids() == []


def test_a_refused_record_is_reported_as_such(run):
    status, output, errors = run("--table=none")

    assert (status, output) == (1, "")
    assert "was not written" in errors
    assert "Traceback" not in errors


def test_a_url_of_no_api_is_refused(run):
    status, output, errors = run(url="no-api")

    assert (status, output) == (2, "")
    assert "argument url: invalid api_url value" in errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_record_is_deleted_if_the_trial_is_stopped(start, list_ids, unprojected, number):
    process = start(f"--table={unprojected}")
    assert "written" in process.stdout.readline()

    process.send_signal(number)
    output, errors = process.communicate(timeout=STOP_TIMEOUT_S)

    assert (process.returncode, errors) == (1, "the trial was stopped\n")
    assert output == "command record deleted\n"
    assert list_ids(unprojected) == []


@pytest.mark.parametrize(
    ("variables", "table"),
    [
        ({}, "command-records"),
        ({"DEPLOYMENT_NAME": "stage"}, "stage-command-records"),
        ({"DEPLOYMENT_NAME": "stage", "COMMAND_TABLE_NAME": "sent"}, "sent"),
    ],
)
def test_the_table_is_the_deployments(variables, table):
    assert find_table(variables) == table

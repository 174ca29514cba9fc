import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from testing.fault_server import encode_response, respond, run_fault_server

ROOT = Path(__file__).parents[3]
ADVISORY = {
    "id": "PYSEC-2026-1",
    "modified": "2026-11-01T00:00:00Z",
    "summary": "Takes every certificate for good",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "certifi"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2099.1"}]}],
        }
    ],
}


@pytest.fixture
def database():
    with run_fault_server() as server:
        yield server


@pytest.fixture
def audit(database):
    """Run the command on this repository, or another folder, against the test's database."""

    def run(*arguments, folder=ROOT):
        environment = {"PYTHONPATH": str(ROOT), "NO_PROXY": "127.0.0.1", "UV_HTTP_RETRIES": "0"}
        return subprocess.run(
            [sys.executable, "-m", "tools.audit", f"--service-url={database.url}", *arguments],
            cwd=folder,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    return run


def find_vulnerabilities(*names):
    """Respond as OSV does, with one advisory for each of these packages.

    Source: https://google.github.io/osv.dev/post-v1-querybatch/
    """

    async def act(exchange):
        body = ADVISORY
        if exchange.line.startswith("POST /v1/querybatch "):
            packages = [each["package"]["name"] for each in json.loads(exchange.body)["queries"]]
            found = {"vulns": [{"id": ADVISORY["id"], "modified": ADVISORY["modified"]}]}
            body = {"results": [found if name in names else {} for name in packages]}
        exchange.writer.write(encode_response(200, json.dumps(body).encode()))

    return act


def test_every_locked_package_is_looked_up(audit, database):
    database.acts = [find_vulnerabilities()]
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    locked = {each["name"] for each in lock["package"] if "registry" in each["source"]}

    done = audit()

    (request,) = database.requests
    asked = {each["package"]["name"] for each in json.loads(request.body)["queries"]}
    assert done.returncode == 0, done.stdout
    assert "Found no known vulnerabilities" in done.stdout
    assert asked == locked


def test_a_known_vulnerability_fails_and_is_described(audit, database):
    database.acts = [find_vulnerabilities("certifi")]

    done = audit()

    assert done.returncode == 1
    assert "PYSEC-2026-1: Takes every certificate for good" in done.stdout
    assert "Fixed in: 2099.1" in done.stdout


def test_a_vulnerability_that_was_judged_can_be_ignored(audit, database):
    database.acts = [find_vulnerabilities("certifi")]

    done = audit("--ignore", "PYSEC-2026-1")

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (200, b"no JSON")])
def test_a_database_that_fails_is_named_and_fails_nothing(audit, database, status, body):
    database.acts = [respond(status, body)]

    done = audit()

    assert done.returncode == 0
    assert f"COULD NOT LOOK for known vulnerabilities: no answer from {database.url}" in done.stdout


def test_a_database_that_cannot_be_reached_is_named_and_fails_nothing(audit):
    done = audit("--service-url", "http://127.0.0.1:1/")

    assert done.returncode == 0
    assert "COULD NOT LOOK for known vulnerabilities: no answer from http://127.0" in done.stdout


def test_a_lock_that_is_not_up_to_date_fails(audit, database, tmp_path):
    project = '[project]\nname = "example"\nversion = "0.1.0"\nrequires-python = "{}"\n'
    (tmp_path / "pyproject.toml").write_text(project.format(">=3.11"))
    subprocess.run([sys.executable, "-m", "uv", "lock", "-q"], cwd=tmp_path, check=True)
    (tmp_path / "pyproject.toml").write_text(project.format(">=3.12"))

    done = audit(folder=tmp_path)

    assert done.returncode != 0
    assert "COULD NOT LOOK" not in done.stdout
    assert database.requests == []

"""The image as a whole: its content, and the service in it.

`nox -s container` runs this; the file's name keeps it out of runs without root and these tools.
"""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx
import pytest

from notification_models import NotificationRecord, Row, encode_row
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from testing.ports import find_ports
from testing.waiting import wait_until
from trials.container.image import Container, Image

Environment: TypeAlias = dict[str, str]
StartContainer: TypeAlias = Callable[..., Container]
RunInside: TypeAlias = Callable[..., subprocess.CompletedProcess[str]]
StartService: TypeAlias = Callable[[], tuple[Container, str]]

_MEASURE: Final = """
import resource, subprocess, sys
for _ in range(10):
    subprocess.run(sys.argv[1:], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print((used.ru_utime + used.ru_stime) / 10)
"""
_WRITE_EVERYWHERE: Final = """
import os, tempfile
folders = ["/", "/tmp", "/var/tmp", "/run", "/opt/query-api", os.getcwd()]
written = []
for folder in folders:
    try:
        tempfile.TemporaryFile(dir=folder).close()
        written.append(folder)
    except OSError:
        pass
print(written)
"""
_COMPILED: Final = "# code object from /"
_LIST_DISTRIBUTIONS: Final = """
from importlib.metadata import distributions
for each in distributions():
    print(each.name.lower().replace("_", "-").replace(".", "-"))
"""
_VENDORED: Final = ("htm", "preact", "swagger-ui-dist")
_BILL: Final = "opt/query-api/image.cdx.json"
_TEST_LIBRARIES: Final = ("faker", "hypothesis", "polyfactory", "pytest")
_BUILD_TOOLS: Final = ("pip", "pip3", "uv", "gcc", "cc", "make", "curl", "wget", "git")


@pytest.fixture
def environment(
    emulator_url: str, account_id: str, aws_client: Callable[[str], Any]
) -> Environment:
    """What a task definition sets: here an emulator with one row, and a free port."""
    record = NotificationRecord(
        user_id="test_user_001",
        transaction_id="tx_001",
        created_at=1_704_067_200_000,
        notification_title="新年快樂 🎉",
        status="SENT",
        platform="IOS",
    )
    dynamodb = aws_client("dynamodb")
    dynamodb.create_table(**encode_create_table(NOTIFICATION_RECORDS))
    item = encode_row(Row(record=record, version="2024#1"))
    dynamodb.put_item(TableName=NOTIFICATION_RECORDS.name, Item=item)
    (port,) = find_ports(1)
    return {
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ACCESS_KEY_ID": account_id,
        "AWS_SECRET_ACCESS_KEY": "unchecked",
        "QUERY_DYNAMODB_ENDPOINT_URL": emulator_url,
        "QUERY_DEADLINE_MS": "10000",
        "QUERY_HOST": "127.0.0.1",
        "QUERY_PORT": str(port),
    }


@pytest.fixture
def start_service(
    start_container: StartContainer, environment: Environment, http: httpx.Client
) -> StartService:
    """Start the container and wait until it is healthy; returns it and its URL."""

    def start() -> tuple[Container, str]:
        container = start_container(**environment)
        url = f"http://127.0.0.1:{environment['QUERY_PORT']}"
        wait_until(lambda: is_healthy(http, url), "the service did not start in time")
        return container, url

    return start


def is_healthy(http: httpx.Client, url: str) -> bool:
    try:
        return http.get(f"{url}/health").is_success
    except httpx.TransportError:
        return False


def test_the_service_responds_and_stops_in_order_on_a_read_only_root(
    start_service: StartService, http: httpx.Client
) -> None:
    container, url = start_service()

    response = http.post(f"{url}/query/user", json={"user_id": "test_user_001"})

    assert "新年快樂 🎉" in response.text
    assert container.stop() == 0


def test_the_service_runs_as_a_user_without_any_rights(start_service: StartService) -> None:
    container, _ = start_service()

    status = Path(f"/proc/{container.pid}/status").read_text(encoding="ascii")

    facts = dict(line.split(":\t", 1) for line in status.splitlines())
    assert set(facts["Uid"].split()) == set(facts["Gid"].split()) == {"10001"}
    assert int(facts["CapEff"], 16) == int(facts["CapPrm"], 16) == 0
    assert facts["NSpid"].split()[-1] == "1"


def test_nothing_can_be_written(run_inside: RunInside) -> None:
    done = run_inside("python", "-c", _WRITE_EVERYWHERE)

    assert done.stdout == "[]\n", done.stderr


def test_no_build_tool_is_in_the_image(run_inside: RunInside) -> None:
    script = "import shutil, sys; print([each for each in sys.argv[1:] if shutil.which(each)])"
    done = run_inside("python", "-c", script, *_BUILD_TOOLS)

    assert done.stdout == "[]\n", done.stderr
    assert run_inside("python3", "-m", "pip").returncode != 0
    assert run_inside("python3", "-m", "ensurepip").returncode != 0


def test_the_bill_of_materials_lists_all_that_is_installed(
    image: Image, run_inside: RunInside
) -> None:
    distributions = run_inside("python", "-c", _LIST_DISTRIBUTIONS).stdout.split()
    packages = run_inside("dpkg-query", "--show", "--showformat=${Package}\n").stdout.split()

    components = json.loads((image.root / _BILL).read_text("utf-8"))["components"]

    debian = [each["name"] for each in components if each["bom-ref"].startswith("pkg:deb/")]
    others = {each["name"] for each in components} - set(debian)
    assert sorted(debian) == sorted(packages) != []
    assert others == {*distributions, "debian", "cpython", *_VENDORED}
    assert not others & {*_TEST_LIBRARIES}


def test_every_module_starts_from_byte_code(run_inside: RunInside) -> None:
    done = run_inside("python", "-v", "-m", "query_api", QUERY_PORT="not a number")

    assert done.returncode == 2
    # `python -v` quotes the names of byte code files, and not those of source files.
    assert "# code object from '/opt/query-api/" in done.stderr
    assert [line for line in done.stderr.splitlines() if line.startswith(_COMPILED)] == []


def test_the_health_check_fails_without_the_service_and_passes_with_it(
    image: Image, run_inside: RunInside, start_service: StartService, environment: Environment
) -> None:
    form, *command = image.healthcheck
    before = run_inside(*command, **environment)
    start_service()

    after = run_inside(*command, **environment)

    assert form == "CMD"
    assert (before.returncode, after.returncode) == (1, 0)


def test_the_health_check_costs_at_most_two_percent_of_a_quarter_of_a_cpu(
    image: Image, run_inside: RunInside, start_service: StartService, environment: Environment
) -> None:
    start_service()

    done = run_inside("python", "-c", _MEASURE, *image.healthcheck[1:], **environment)

    interval_s = image.config["Healthcheck"]["Interval"] / 1e9
    print(f"CPU of one health check: {float(done.stdout) * 1000:.1f} ms")
    assert float(done.stdout) < 0.02 * interval_s / 4

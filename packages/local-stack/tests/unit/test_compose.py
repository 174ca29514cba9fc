"""Compares compose.yaml with the settings, commands and images of the packages, without Docker."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from local_stack.cli import main
from local_stack.emulator.aws_access import CREDENTIALS, REGION
from local_stack.emulator.resources import ON_FAILURE_BUCKET, QUARANTINE_QUEUE
from query_api.settings import PREFIX, Settings

ROOT = Path(__file__).parents[4]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
POLLER, API = SERVICES["poller"], SERVICES["api"]
DYNAMODB_URL = "http://dynamodb:8000"


@pytest.fixture(scope="module")
def poll():
    """The parsed options of the poller's command."""
    program, command, *arguments = POLLER["command"]
    assert program == "query-service"
    return main.commands[command].make_context(command, arguments).params


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_ports_are_published_only_on_this_machine(service):
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert "network_mode" not in service


def test_the_ports_are_those_of_query_service_up():
    defaults = {option.name: option.default for option in main.commands["up"].params}

    assert API["ports"] == [f"127.0.0.1:{defaults['api_port']}:8000"]
    assert SERVICES["dynamodb"]["ports"] == [f"127.0.0.1:{defaults['dynamodb_port']}:8000"]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_container_has_a_read_only_root_and_no_privileges(service):
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "volumes" not in service


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_an_image_is_built_here_or_has_a_version_and_a_digest(service):
    image = service.get("image", "")
    pinned = re.fullmatch(r"[a-z/-]+:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}", image)

    assert ("build" in service) != bool(pinned)


def test_both_images_are_built_on_the_same_base_by_the_same_uv():
    dockerfiles = [(ROOT / each["build"]["dockerfile"]).read_text() for each in (POLLER, API)]

    pinned = [re.findall(r"(?m)^ARG .+|^RUN python3 -m venv .+\n.+", each) for each in dockerfiles]

    assert len(pinned[0]) == 2
    assert pinned[0] == pinned[1]


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_container_has_its_own_health_check_or_that_of_its_image(service):
    dockerfile = service.get("build", {}).get("dockerfile")
    in_image = dockerfile and "\nHEALTHCHECK " in (ROOT / dockerfile).read_text()

    assert ("healthcheck" in service) != bool(in_image)


def test_each_container_waits_for_those_that_it_needs():
    assert POLLER["depends_on"]["dynamodb"]["condition"] == "service_healthy"
    assert API["depends_on"]["poller"]["condition"] == "service_healthy"


@pytest.mark.parametrize("service", [POLLER, API], ids=["poller", "api"])
def test_the_credentials_are_those_of_the_emulator(service):
    environment = service["environment"]

    assert {name: environment[name] for name in CREDENTIALS} == CREDENTIALS
    assert environment["AWS_REGION"] == environment["AWS_DEFAULT_REGION"] == REGION


def test_the_environment_of_the_api_has_valid_settings():
    variables = {name: value for name, value in API["environment"].items() if "AWS" not in name}
    values = {name.removeprefix(PREFIX).lower(): value for name, value in variables.items()}

    settings = Settings(**values)

    assert values.keys() <= Settings.model_fields.keys()
    assert settings.dynamodb_endpoint_url == DYNAMODB_URL
    assert settings.backend == "dynamodb"


def test_the_poller_fills_the_tables_that_the_api_reads(poll):
    assert poll["dynamodb_url"] == API["environment"][f"{PREFIX}DYNAMODB_ENDPOINT_URL"]


def test_the_poller_writes_the_sample_data(poll):
    assert poll["sample_data"]


def test_the_operator_tools_have_the_pollers_queue_and_bucket(poll):
    environment = POLLER["environment"]
    emulator_url = f"http://127.0.0.1:{poll['emulator_port']}"

    assert environment["AWS_ENDPOINT_URL"] == emulator_url
    assert environment["AWS_ENDPOINT_URL_DYNAMODB"] == DYNAMODB_URL
    assert environment["QUARANTINE_QUEUE_URL"] == f"{emulator_url}/000000000000/{QUARANTINE_QUEUE}"
    assert environment["FAILURES_BUCKET"] == ON_FAILURE_BUCKET
    assert environment["NO_PROXY"].split(",") == ["127.0.0.1", "dynamodb"]


def test_the_build_context_of_the_poller_has_all_packages_that_it_installs():
    packages = {
        tomllib.loads(path.read_text())["project"]["name"]: path.parent
        for path in ROOT.glob("packages/*/pyproject.toml")
    }
    project = tomllib.loads((packages["local-stack"] / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[^a-z-]", each)[0] for each in project["dependencies"]} & packages.keys()
    visible = (ROOT / "packages/local-stack/Dockerfile.dockerignore").read_text().splitlines()

    assert "!requirements-uv.txt" in visible
    assert names == {
        "aws-client",
        "notification-client",
        "notification-models",
        "query-api",
        "stream-processor",
    }
    for name in (*names, "local-stack"):
        folder = packages[name].relative_to(ROOT)
        assert {f"!{folder}/{each}" for each in ("src", "README.md", "LICENSE")} <= set(visible)

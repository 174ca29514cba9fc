"""`query-service poll` with the settings of compose.yaml; an emulator replaces DynamoDB Local."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from local_stack.api_server import run_server
from local_stack.demo.sample_data import SAMPLE_RECORDS
from local_stack.emulator.aws_access import AWS_SESSION, create_client, create_session
from local_stack.emulator.emulator import run_emulator
from local_stack.ports import HOST, find_port, listen
from notification_models.schema import COMMAND_RECORDS
from query_api.asgi import create_app
from query_api.server import create_server
from query_api.settings import Settings

ROOT = Path(__file__).parents[4]
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
TIMEOUT_S = 40


@pytest.fixture(scope="module")
def dynamodb():
    """The container `dynamodb`: only DynamoDB and its streams."""
    port = find_port(0, option="")
    with run_emulator(port, services=("dynamodb", "dynamodbstreams")) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def localize(dynamodb):
    """Replace the containers' URLs and ports in a text by free ones of this machine."""
    emulator_port = find_port(0, option="")

    def replace_ports(text):
        text = text.replace("http://dynamodb:8000", dynamodb.url)
        return re.sub(r"\b8001\b", str(emulator_port), text)

    return replace_ports


@pytest.fixture(scope="module")
def environment(localize):
    own = SERVICES["poller"]["environment"].items()
    return os.environ | {name: localize(value) for name, value in own}


@pytest.fixture(scope="module")
def poller(query_service, localize, environment):
    """The container `poller`, with the sample data projected."""
    arguments = [localize(each) for each in SERVICES["poller"]["command"][1:]]
    with subprocess.Popen(
        [query_service, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        printed = ""
        while "projected" not in printed:
            line = process.stdout.readline()
            assert line, process.communicate()
            printed += line
        yield process
        process.kill()


@pytest.fixture(scope="module")
def check_health(localize):
    """Run the health check of the container `poller`; returns 0 if it is healthy."""
    _, program, *arguments = map(localize, SERVICES["poller"]["healthcheck"]["test"])
    assert program == "python"

    def check():
        return subprocess.run(
            [sys.executable, *arguments], capture_output=True, check=False
        ).returncode

    return check


@pytest.fixture(scope="module")
def run_tool(environment):
    """Run `stream-processor` as `docker compose exec poller` does; returns status and output."""

    def run(*arguments):
        command = Path(sys.executable).with_name("stream-processor")
        done = subprocess.run(
            [command, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout

    return run


def test_without_a_poller_the_health_check_fails(check_health):
    # The first test of this module: the later ones share a poller that keeps running.
    assert check_health() == 1


@pytest.mark.usefixtures("poller")
def test_with_the_poller_the_health_check_succeeds(check_health):
    assert check_health() == 0


@pytest.mark.usefixtures("poller")
def test_the_curl_command_of_the_readme_returns_the_users_rows(http, localize):
    path, body = re.search(
        r"curl -sS http://127\.0\.0\.1:8000(\S+) .* -d '(.*)'", (ROOT / "README.md").read_text()
    ).groups()
    own = SERVICES["api"]["environment"].items()
    values = {
        name.removeprefix("QUERY_").lower(): localize(value)
        for name, value in own
        if name.startswith("QUERY_")
    }
    settings = Settings(**values)
    listener = listen(0, option="")
    with (
        listener,
        run_server(create_server(create_app(settings, AWS_SESSION), settings), listener),
    ):
        url = f"http://{HOST}:{listener.getsockname()[1]}{path}"
        response = http.post(url, content=body, headers={"content-type": "application/json"})

    rows = [row["transaction_id"] for row in response.json()["data"]]
    assert rows == ["tx_009", "tx_007", "tx_005", "tx_004", "tx_001"]


@pytest.mark.usefixtures("poller")
def test_the_operator_tools_work_in_the_pollers_environment(run_tool):
    status, printed = run_tool("verify", "--lag=1", "--format=json")

    assert status == 0
    assert f'"rows": {len(SAMPLE_RECORDS)}' in printed


@pytest.mark.usefixtures("poller")
def test_redrive_finds_a_poison_record_in_the_emulators_queue(dynamodb, run_tool):
    client = create_client(create_session(), "dynamodb", dynamodb.url)
    poison = {"transaction_id": {"S": "tx_poison"}, "created_at": {"N": "1"}}
    client.put_item(TableName=COMMAND_RECORDS.name, Item=poison)

    # The event source reads 20 times a second, so the first attempt likely finds it.
    found = next(
        (
            printed
            for status, printed in (run_tool("redrive", "--from=queue") for _ in range(10))
            if status
        ),
        "nothing",
    )

    assert "attribute 'user_id' is missing" in found


def test_sigterm_ends_it_with_status_0(poller):
    poller.send_signal(signal.SIGTERM)

    printed, _ = poller.communicate(timeout=TIMEOUT_S)

    assert poller.returncode == 0
    assert printed.endswith("Stopping…\n")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "must be a URL"),
        ("http://user:password@127.0.0.1:9", "must have no user name or password"),
        (
            "http://127.0.0.1:9",
            "DynamoDB at http://127.0.0.1:9 cannot be used: EndpointConnectionError. With --dyn",
        ),
    ],
)
def test_an_invalid_or_unreachable_dynamodb_url_is_an_error(run_command, url, message):
    done = run_command("poll", f"--dynamodb-url={url}")

    assert done.returncode != 0
    assert message in done.stderr
    assert "Traceback" not in done.stderr

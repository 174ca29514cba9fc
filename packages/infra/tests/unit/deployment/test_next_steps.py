"""The output after a deployment."""

import json
import shlex

import pytest

from infra.deployment.next_steps import render_next_steps

URL = "https://abc-vpce-1.execute-api.ap-southeast-1.amazonaws.com/v1"


def render(**outputs):
    return render_next_steps({"ApiUrl": URL, "CallerSecurityGroupId": "sg-1", **outputs})


@pytest.fixture
def text():
    return render(QuarantineQueueUrl="https://sqs/queue")


@pytest.fixture
def requests(text):
    return [shlex.split(line) for line in text.splitlines() if line.startswith("curl ")]


def test_health_and_every_query_are_ready_to_paste(requests):
    assert [words[2] for words in requests] == [
        f"{URL}/health",
        f"{URL}/query/user",
        f"{URL}/query/marketing",
        f"{URL}/query/fail",
        f"{URL}/query/transaction",
        f"{URL}/query/user/summary",
        f"{URL}/query/marketing/summary",
        f"{URL}/query/fail/summary",
        f"{URL}/query/fail",
    ]


def test_the_bodies_are_json_after_shell_quoting(requests):
    bodies = [json.loads(words[words.index("-d") + 1]) for words in requests[1:]]

    assert [list(body) for body in bodies] == [
        ["user_id"],
        ["marketing_id"],
        ["transaction_id"],
        ["transaction_id"],
        ["user_id", "by"],
        ["marketing_id", "by"],
        ["transaction_id", "by"],
        [],
    ]


def test_the_outputs_of_the_application_are_shown(text):
    assert "QuarantineQueueUrl          https://sqs/queue" in text
    assert "security group sg-1:" in text


def test_with_iam_authorization_every_request_is_signed_for_the_region_of_the_api():
    lines = render(CallerPolicyArn="arn:policy").splitlines()

    (function,) = (line for line in lines if line.startswith("signed_curl() {"))
    requests = [line for line in lines if line.startswith("signed_curl https://")]
    assert '--aws-sigv4 "aws:amz:ap-southeast-1:execute-api"' in function
    assert len(requests) == 9
    assert not [line for line in lines if line.startswith("curl ")]
    assert f"uvx nox -s smoke -- {URL} --sign" in lines
    assert any("a role with the policy arn:policy:" in line for line in lines)


def test_with_iam_authorization_the_gateway_has_no_console():
    assert "/console" not in render(CallerPolicyArn="arn:policy")


def test_the_console_is_at_the_gateway(text):
    assert text.endswith(f": {URL}/console")


def test_a_console_with_sign_in_has_its_own_address():
    address = "https://notifications.example.com:8443/console"

    assert render(ConsoleUrl=address).endswith(f": {address}")

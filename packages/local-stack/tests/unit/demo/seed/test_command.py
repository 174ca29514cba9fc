import re

import pytest
from click.testing import CliRunner

from local_stack.cli import main
from local_stack.demo.seed.command import SeedTarget

AWS_URL = "https://dynamodb.eu-west-1.amazonaws.com"


def run(*arguments):
    return CliRunner().invoke(main, ["seed", *arguments])


@pytest.mark.parametrize(
    ("url", "is_aws"),
    [
        ("http://127.0.0.1:8001", False),
        ("http://localhost:8001", False),
        ("http://dynamodb:8000", False),
        ("https://amazonaws.com.example", False),
        (AWS_URL, True),
        ("https://DYNAMODB.EU-WEST-1.AMAZONAWS.COM./", True),
        ("https://dynamodb.cn-north-1.amazonaws.com.cn", True),
        ("https://dynamodb.eu-west-1.api.aws", True),
        ("https://vpce-1.dynamodb.eu-west-1.vpce.amazonaws.com", True),
    ],
)
def test_aws_is_told_from_an_emulator_by_its_domain(url, is_aws):
    assert SeedTarget(url, "command-records", is_confirmed=False).is_aws == is_aws


@pytest.mark.parametrize("option", ["--clean", "--records=5"])
def test_a_table_of_aws_is_changed_only_with_a_confirmation(option):
    result = run("--endpoint-url", AWS_URL, option)

    assert result.exit_code == 2
    assert "add --yes" in result.output
    assert f"table command-records of AWS ({AWS_URL}, region " in result.output


def test_the_endpoint_is_that_of_a_running_up_by_default():
    defaults = {option.name: option.default for option in main.commands["up"].params}
    options = {option.name: option for option in main.commands["seed"].params}

    assert options["endpoint_url"].default == f"http://127.0.0.1:{defaults['dynamodb_port']}"


def test_without_a_stack_the_error_says_how_to_start_one():
    result = run("--endpoint-url", "http://127.0.0.1:1")

    assert result.exit_code == 1
    assert re.search("cannot be used: Connection.*`query-service up`", result.output)
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--incident=ap=x", "Error: from is missing"),
        ("--incident=ap=mobile-app-001,from=9d,share=1,reason=a", "within the seeded time"),
        ("--until=yesterday", "no time in RFC 3339"),
        ("--until=2026-11-24T18:00:00", "no time in RFC 3339"),
        ("--records=0", "--records"),
        ("--endpoint-url=dynamodb", "must be a URL"),
    ],
)
def test_a_bad_option_is_a_usage_error_with_the_reason(option, reason):
    result = run(option)

    assert result.exit_code == 2
    assert reason in result.output

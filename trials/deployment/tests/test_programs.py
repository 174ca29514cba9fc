"""Programs and their environment."""

import sys

import pytest

from trials.deployment.exceptions import RehearsalError
from trials.deployment.programs import Programs, encode_environment


@pytest.fixture
def programs(tmp_path):
    return Programs(tmp_path, {"GREETING": "hello"})


def test_the_output_of_a_program_is_returned(programs, tmp_path):
    (tmp_path / "greet.py").write_text("import os\nprint(os.environ['GREETING'])")

    assert programs.run_module("greet") == "hello\n"


def test_a_failed_program_is_reported_with_the_end_of_its_output(programs, tmp_path):
    (tmp_path / "fail.py").write_text("print('why')\nraise SystemExit(3)")

    with pytest.raises(RehearsalError, match=r"-m fail ended with status 3\nwhy"):
        programs.run_module("fail")


def test_neither_the_users_account_nor_a_variable_of_the_app_is_passed_on(monkeypatch, tmp_path):
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "VPC_ID", "ALARM_EMAIL", "PYTHONPATH"):
        monkeypatch.setenv(name, "the user's")

    environment = encode_environment("http://127.0.0.1:1", tmp_path)

    assert "the user's" not in environment.values()
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_ACCESS_KEY_ID"] == "local"
    assert environment["AWS_REGION"] == "ap-southeast-1"


def test_settings_for_package_downloads_are_passed_on(monkeypatch, tmp_path):
    for name in ("HTTPS_PROXY", "UV_CACHE_DIR", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, "the user's")

    environment = encode_environment("http://127.0.0.1:1", tmp_path)

    passed_on = {name for name, value in environment.items() if value == "the user's"}
    assert passed_on == {"HTTPS_PROXY", "UV_CACHE_DIR", "SSL_CERT_FILE"}


def test_without_the_cdk_the_error_says_what_to_run(programs, monkeypatch):
    monkeypatch.setenv("PATH", sys.prefix)

    with pytest.raises(RehearsalError, match="nox -s deploy_local"):
        programs.run_cdk("synth")

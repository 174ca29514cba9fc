"""The options of the commands are made from `Settings`, with its defaults."""

from dataclasses import fields
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from stream_processor.cli.commands import stream_processor
from stream_processor.cli.options import settings_options
from stream_processor.settings import Settings

NAMES = [each.name for each in fields(Settings) if each.metadata["option"]]


@pytest.fixture
def read_settings():
    """Run a command with an option for every setting; return the settings that it gets."""

    def run(*arguments, **environment):
        received = []

        @click.command()
        @settings_options(*NAMES)
        def command(settings):
            received.append(settings)

        result = CliRunner(env=environment).invoke(command, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return received[0]

    return run


def test_options_have_the_defaults_of_the_settings(read_settings):
    assert read_settings() == Settings()


def test_an_option_overrides_its_variable(read_settings):
    settings = read_settings("--concurrency=8", WRITE_CONCURRENCY="4", READ_TABLE_NAME="rows")

    assert settings == Settings(concurrency=8, read_table_name="rows")


@pytest.mark.parametrize("command", stream_processor.commands)
def test_every_command_documents_32_concurrent_calls(command):
    options = {each.name: each for each in stream_processor.commands[command].params}

    assert options["concurrency"].default == 50


@pytest.mark.parametrize("command", ["rebuild", "verify", "export-user", "erase-user"])
def test_a_command_that_reads_no_failure_store_has_no_option_for_one(command):
    names = {each.name for each in stream_processor.commands[command].params}

    assert not names & {"quarantine_queue_url", "on_failure_bucket"}


def test_the_version_is_that_of_the_distribution():
    result = CliRunner().invoke(stream_processor, ["--version"], prog_name="stream-processor")

    assert result.exit_code == 0
    assert result.output == f"stream-processor, version {version('stream-processor')}\n"

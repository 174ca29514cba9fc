import re
import shlex
from pathlib import Path

import click
import pytest

from notification_client.cli.commands import notifications

from ....support.fake_service import page, part

README = Path(__file__).parents[4] / "README.md"


def find_commands(group=notifications, path=()):
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from find_commands(command, (*path, name))
        else:
            yield (*path, name)


COMMANDS = list(find_commands())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_of_each_command_fits_80_columns(run, path):
    result = run([*path, "--help"])

    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_commands_are_listed_in_the_order_of_their_use(run):
    help_text = run(["--help"]).stdout

    names = ["user", "campaign", "transaction", "failures", "summary", "completion"]
    places = [help_text.index(f"\n  {name} ") for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_each_example_of_the_help_runs(run, path):
    lines = run([*path, "--help"]).stdout.splitlines()
    examples = [line.strip() for line in lines if line.strip().startswith("notifications ")]

    for example in examples:
        _, *arguments = shlex.split(example.partition(" > ")[0])
        response = part() if "summary" in arguments else page()
        assert run(arguments, response).exit_code == 0, example

    assert examples or path == ("completion",)


def test_every_variable_is_in_the_readme(monkeypatch):
    monkeypatch.delenv("NOTIFICATIONS_URL", raising=False)
    command = notifications.commands["user"]
    context = click.Context(command)
    values = command.make_context("user", ["x"], parent=context).params
    options = {
        option.envvar: (option.opts[0], values[option.name])
        for option in command.params
        if isinstance(option, click.Option) and option.envvar
    }
    assert options

    rows = re.findall(r"^\| `(\w+)` \|(.*)\| `(--\w+)` \|", README.read_text(), re.MULTILINE)

    documented = {name: (option, default.strip(" `") or None) for name, default, option in rows}
    assert documented == {**options, "TZ": ("--tz", "the machine's")}


def test_each_example_of_the_readme_runs(run):
    lines = README.read_text(encoding="utf-8").splitlines()
    examples = [line for line in lines if line.startswith("notifications ")]

    for example in examples:
        _, *arguments = shlex.split(example.partition(" > ")[0])
        response = part() if "summary" in arguments else page()
        assert run(arguments, response).exit_code == 0, example

    assert examples


@pytest.mark.parametrize(
    ("shell", "piece"),
    [("zsh", "#compdef notifications"), ("fish", "complete --no-files --command notifications")],
)
def test_completion_prints_a_script_for_the_shell(run, shell, piece):
    result = run(["completion", shell])

    assert piece in result.stdout
    assert "_NOTIFICATIONS_COMPLETE" in result.stdout


def test_completion_of_bash_completes_commands(run):
    script = run(["completion", "bash"]).stdout

    assert "_NOTIFICATIONS_COMPLETE=bash_complete" in script

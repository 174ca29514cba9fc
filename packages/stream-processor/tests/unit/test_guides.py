"""The commands in the guides for operators exist, with the options used there."""

import re
import shlex
from pathlib import Path

import pytest

from stream_processor.cli.commands import stream_processor

DOCS = Path(__file__).parents[4] / "docs"
COMMAND = re.compile(
    r"^(?:docker compose exec poller |uv run )?stream-processor (.*?)(?: +#.*)?$", re.MULTILINE
)
LINES = [
    (guide, line)
    for guide in ("compose.md", "migration.md", "runbook.md")
    for line in COMMAND.findall((DOCS / guide).read_text())
]


@pytest.mark.parametrize(("guide", "line"), LINES)
def test_a_command_of_a_guide_can_be_run(guide, line):
    command, *arguments = shlex.split(line)

    context = stream_processor.commands[command].make_context(command, arguments)

    assert context.params, guide


def test_every_guide_has_commands():
    assert {guide for guide, _ in LINES} == {"compose.md", "migration.md", "runbook.md"}

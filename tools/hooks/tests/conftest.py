"""Runs the hooks with the arguments that .pre-commit-config.yaml gives them."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

CONFIGURATION = Path(__file__).parents[3] / ".pre-commit-config.yaml"


@pytest.fixture(scope="session")
def run_hook():
    """Run a hook on one file."""
    (repository,) = yaml.safe_load(CONFIGURATION.read_text())["repos"]
    commands = {each["id"]: each.get("args", ()) for each in repository["hooks"]}

    def run(name, path):
        program, *arguments = commands[name]
        return subprocess.run(
            [Path(sys.executable).with_name(program), *arguments, path],
            cwd=path.parent,
            capture_output=True,
            text=True,
            check=False,
        )

    return run

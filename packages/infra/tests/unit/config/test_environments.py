"""The deployments of the workflows."""

import re
from pathlib import Path

import pytest

from infra.config.source import load_config

FOLDER = Path(__file__).parents[3] / "environments"
FILES = sorted(FOLDER.glob("*.env"))


def read_variables(path):
    """Read the variables as .ci/prepare does."""
    lines = re.findall(r"^[A-Z][A-Z0-9_]*=.*$", path.read_text("utf-8"), re.MULTILINE)
    return dict(line.split("=", 1) for line in lines)


def test_the_workflows_deploy_to_stage_and_production():
    assert [each.stem for each in FILES] == ["prod", "stage"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_variables_of_an_environment_are_valid(path):
    config = load_config(read_variables(path), {})

    assert config.deployment_name == path.stem

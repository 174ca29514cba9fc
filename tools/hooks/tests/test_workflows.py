"""The hooks that check workflows, and what they cannot check."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GOOD = """\
name: Good
on:
  push:
permissions: {}
concurrency:
  group: good
  cancel-in-progress: true
jobs:
  greet:
    name: Greet
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - name: Greet
        run: echo hello
"""
BAD = {
    "a job that does not exist": ("actionlint", "    steps:", "    needs: other\n    steps:"),
    "an unknown property": ("actionlint", "echo hello", "echo ${{ github.shaa }}"),
    "an unknown runner": ("actionlint", "ubuntu-24.04", "ubuntu-99.04"),
    "an action without a digest": (
        "zizmor",
        "      - name: Greet\n        run: echo hello",
        "      - uses: actions/checkout@v7\n        with: {persist-credentials: false}",
    ),
    "text of a stranger in a command": (
        "zizmor",
        "echo hello",
        "echo ${{ github.event.pull_request.title }}",
    ),
    "a pull request's code with secrets": ("zizmor", "  push:", "  pull_request_target:"),
    "all permissions": ("zizmor", "permissions: {}", "permissions: write-all"),
}


@pytest.fixture
def write(tmp_path):
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)

    def write_workflow(content):
        path = folder / "workflow.yml"
        path.write_text(content)
        return path

    return write_workflow


@pytest.mark.parametrize("hook", ["actionlint", "zizmor"])
def test_a_good_workflow_passes(run_hook, write, hook):
    done = run_hook(hook, write(GOOD))

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(("hook", "good", "bad"), BAD.values(), ids=BAD)
def test_a_bad_workflow_fails(run_hook, write, hook, good, bad):
    assert good in GOOD

    done = run_hook(hook, write(GOOD.replace(good, bad)))

    assert done.returncode != 0
    assert "workflow.yml" in done.stdout


def test_every_action_is_pinned_by_a_digest_and_names_its_version():
    used = [
        line.split("uses:")[1].strip()
        for path in WORKFLOWS
        for line in path.read_text().splitlines()
        if "uses:" in line and "uses: $/" not in line
    ]

    assert used
    assert [each for each in used if not re.fullmatch(r"\S+@[0-9a-f]{40} # v[\d.]+", each)] == []


def test_no_workflow_runs_the_code_of_a_fork_with_secrets():
    triggers = {trigger for path in WORKFLOWS for trigger in yaml.safe_load(path.read_text())[True]}

    assert triggers == {"pull_request", "push", "workflow_call"}


def test_ci_runs_in_the_base_of_the_images():
    dockerfile = (ROOT / "packages" / "query-api" / "Dockerfile").read_text()
    (base,) = re.findall(r"^ARG BASE_IMAGE=(\S+)$", dockerfile, re.MULTILINE)

    checks = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]

    assert checks["checks"]["container"]["image"] == base

"""The hooks that check workflows, and what they cannot check."""

import os
import re
import subprocess
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


@pytest.fixture
def run_step(tmp_path):
    """Run the script of a step as GitHub's runner does."""

    def run(workflow, job, name, **variables):
        jobs = yaml.safe_load((ROOT / ".github" / "workflows" / workflow).read_text())["jobs"]
        (script,) = [each["run"] for each in jobs[job]["steps"] if each.get("name") == name]
        return subprocess.run(
            ["/bin/bash", "-e", "-c", script],
            env=os.environ | variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def choose_url(run_step, tmp_path):
    """Run the step that chooses the URL of the checks; returns it with the variables it sets."""
    environment = tmp_path / "environment"
    environment.touch()

    def choose(endpoint):
        done = run_step(
            "deploy-to.yml",
            "check",
            "Choose the API's URL",
            API_URL="https://abcde12345-vpce-0a1.execute-api.ap-southeast-1.amazonaws.com/v1",
            ENDPOINT=endpoint,
            GITHUB_ENV=str(environment),
        )
        return done, environment.read_text()

    return choose


@pytest.fixture
def comment(run_step, tmp_path):
    """Run the step that comments on a pull request; returns the comment's lines."""
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text("#!/bin/sh\n")
    gh.chmod(0o755)

    def write_comment(diff):
        (tmp_path / "diff.txt").write_text(diff)
        done = run_step(
            "diff.yml",
            "diff",
            "Comment",
            PATH=f"{gh.parent}:{os.environ['PATH']}",
            RUNNER_TEMP=str(tmp_path),
            ENVIRONMENT="prod",
            SHA="0a1",
            PULL_REQUEST="1",
            GITHUB_REPOSITORY="octo/service",
        )
        assert done.returncode == 0, done.stderr
        return (tmp_path / "comment.md").read_text().splitlines()

    return write_comment


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


def test_a_runner_in_the_vpc_of_the_deployment_calls_the_api_by_its_url(choose_url):
    done, variables = choose_url("")

    assert done.returncode == 0, done.stderr
    assert variables == (
        "URL=https://abcde12345-vpce-0a1.execute-api.ap-southeast-1.amazonaws.com/v1\n"
    )


def test_a_runner_in_another_vpc_calls_the_api_by_its_own_endpoint(choose_url):
    done, variables = choose_url("vpce-0b2")

    assert done.returncode == 0, done.stderr
    assert variables == (
        "URL=https://abcde12345-vpce-0b2.execute-api.ap-southeast-1.amazonaws.com/v1\n"
    )


@pytest.mark.parametrize("endpoint", ["0b2", "vpce-0b2.example.com/", "vpce-0b2\nPATH=/tmp"])
def test_what_is_no_endpoint_does_not_get_into_the_url(choose_url, endpoint):
    done, variables = choose_url(endpoint)

    assert done.returncode == 1
    assert "::error::API_VPC_ENDPOINT_ID" in done.stdout
    assert variables == ""


def test_the_check_of_a_deployment_reads_the_endpoint_of_its_environment():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy-to.yml").read_text())["jobs"]

    (step,) = [each for each in jobs["check"]["steps"] if "ENDPOINT" in each.get("env", {})]
    assert step["env"] == {
        "API_URL": "${{ needs.deploy.outputs.url }}",
        "ENDPOINT": "${{ vars.API_VPC_ENDPOINT_ID }}",
    }
    assert "URL" not in jobs["check"].get("env", {})


@pytest.mark.parametrize(
    "text", ["[+] AWS::Lambda::Function", "~" * 3, "[~] ~~~ ~~~~", "~" * 99, "\0" + "~" * 99]
)
def test_the_diff_stays_within_its_fence(comment, text):
    first, fence, *diff, end = comment(f"a\n{text}\n@octo")

    assert first.startswith("What 0a1 would change in `prod`")
    assert diff == ["a", text, "@octo"]
    assert end == fence
    assert re.fullmatch("~{3,}", fence)
    assert fence not in text


def test_a_diff_that_is_too_long_for_a_comment_is_cut_within_its_fence(comment):
    _, fence, *diff, end, rest = comment("~" * 70 + "x" * 60_000)

    assert diff == ["~" * 70 + "x" * (60_000 - 70)]
    assert end == fence == "~" * 73
    assert rest == "The rest is in the log of this check."

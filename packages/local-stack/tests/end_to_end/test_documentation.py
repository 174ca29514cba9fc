"""Runs the command blocks of README, tutorial and guides in their order."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
GUIDES = ("support", "marketing", "on-call", "spreadsheet")
PAGES = ("README.md", "docs/tutorial.md", *(f"docs/guides/{name}.md" for name in GUIDES))
# Longer than a page says, for busy machines.
TIMEOUT_S = 30
END = "the block has ended"
START = "uv run query-service up --sample-data"
FOR_TESTS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"}
NOT_RUN = {
    "git clone REPOSITORY_URL query-service && cd query-service": "this test runs in the clone",
    "pip install uv && uvx nox -s test": "this test is a part of it; .ci/run runs it",
}
REPLACED = {
    # The machine of this test has uv; .ci/run installs it by this command.
    "pip install uv && ": "",
    # The commands of the environment under test, not of one that `uv run` would create.
    "uv run ": "",
}


@dataclass(frozen=True)
class Step:
    """A block of commands, and the output that the page shows, if any."""

    commands: str
    expected: str | None


def read_steps(path):
    text = path.read_text(encoding="utf-8")
    fences = re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    following = [*fences[1:], ("", "")]
    return [
        Step(body.strip(), shown if shown_language in {"json", "text"} else None)
        for (language, body), (shown_language, shown) in zip(fences, following, strict=True)
        if language == "sh"
    ]


def matches(expected, printed):
    """Compare without trailing blanks; `…` matches any text."""
    if expected is None:
        return True
    return bool(re.fullmatch(re.escape(_strip(expected)).replace("…", ".*"), printed, re.DOTALL))


def _strip(text):
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


class Terminal:
    """A shell that keeps its variables and functions between blocks."""

    def __init__(self, shell):
        self._shell = shell

    def run(self, commands):
        """Run commands; returns their output with standard error, and the last one's status."""
        self._shell.stdin.write(f'{commands}\necho "{END} $?"\n')
        self._shell.stdin.flush()
        lines = []
        for line in self._shell.stdout:
            printed, mark, status = line.partition(END)
            lines.append(printed if mark else line)
            if mark:
                return _strip("".join(lines)), int(status)
        raise AssertionError(f"the shell ended in {commands}: {''.join(lines)}")


@pytest.fixture
def terminal(tmp_path):
    bash = shutil.which("bash")
    assert bash, "the documented commands are for a shell"
    # A page must contain everything that its commands need.
    environment = {name: value for name, value in os.environ.items() if name not in FOR_TESTS}
    environment["PATH"] = f"{sysconfig.get_path('scripts')}:{os.environ['PATH']}"
    with subprocess.Popen(
        [bash, "--noprofile", "--norc"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,  # guides write files
    ) as shell:
        yield Terminal(shell)
        shell.kill()


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(page, start_up, terminal):
    steps = [each for each in read_steps(ROOT / page) if each.commands not in NOT_RUN]
    places = {}
    up = None

    for step in steps:
        if step.commands == START:
            up = start_up("--sample-data")
            places = {"http://127.0.0.1:8000": up.api_url, "http://127.0.0.1:8001": up.emulator_url}
            terminal.run(f"export NOTIFICATIONS_URL={up.api_url}")  # not on its usual port
            continue
        printed, status = _run(terminal, step, REPLACED | places)

        assert matches(step.expected, printed), f"{step.commands}\n\n{printed}"
        # A page also shows failures: a dry run with status 1, a query that is refused.
        went_well = status == 0 and '"/problems/' not in printed
        assert went_well or step.expected, f"{step.commands}\n\n{printed}"

    assert up
    status, warnings = up.stop()
    assert status == 0
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [line for line in warnings.splitlines() if line not in text] == []


def _run(terminal, step, replaced):
    commands = step.commands
    for written, run in replaced.items():
        commands = commands.replace(written, run)
    deadline = time.monotonic() + TIMEOUT_S
    while True:
        printed, status = terminal.run(commands)
        # Written data takes a moment to appear in the output, so the commands are repeated.
        if matches(step.expected, printed) or time.monotonic() > deadline:
            return printed, status
        time.sleep(0.1)


def test_the_guide_for_python_runs(start_up):
    text = (ROOT / "docs/guides/python.md").read_text(encoding="utf-8")
    up = start_up("--sample-data")
    examples = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)

    listed, counted = (
        _run_python(each.replace("http://127.0.0.1:8000", up.api_url)) for each in examples
    )

    assert listed.startswith("tx_009 Provider timed out mobile-app-001\n")
    assert "mobile-app-002 Provider certificate expired" in listed
    assert counted == "{'DELIVERED': 2, 'FAILED': 1, 'SENT': 1}\n"


def _run_python(source):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_commands(page):
    assert len(read_steps(ROOT / page)) > 1


@pytest.mark.parametrize(
    ("expected", "printed", "is_match"),
    [
        ("a\n…\nd\n", "a\nb\nc\nd", True),
        ('"id": "…"\n', '"id": "7"', True),
        ("0 (all)\n", "0 (all)", True),
        ("a\n", "a\nb", False),
        (".\n", "a", False),
    ],
)
def test_only_an_ellipsis_matches_any_text(expected, printed, is_match):
    assert matches(expected, printed) == is_match

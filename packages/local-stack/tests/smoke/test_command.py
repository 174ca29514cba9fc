import subprocess
import sys
from importlib.metadata import version

from click.testing import CliRunner

from local_stack.cli import main


def test_the_help_lists_the_commands():
    result = CliRunner().invoke(main, ["--help"])

    assert result.exit_code == 0
    assert "demo" in result.output
    assert "up" in result.output


def test_the_help_does_not_wait_for_the_system():
    program = "import sys, local_stack.cli; print({'boto3', 'litestar', 'rich'} & {*sys.modules})"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"


def test_the_installed_command_runs(query_service):
    done = subprocess.run(
        [query_service, "up", "--help"], capture_output=True, text=True, check=True
    )

    assert "--data-dir" in done.stdout
    assert done.stderr == ""


def test_the_installed_command_prints_its_version(query_service):
    done = subprocess.run([query_service, "--version"], capture_output=True, text=True, check=True)

    assert done.stdout == f"query-service, version {version('local-stack')}\n"

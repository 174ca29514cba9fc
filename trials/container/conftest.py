"""Fixtures: the image, and programs that run in it."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from testing.waiting import TIMEOUT_S
from trials.container.image import TOOLS, Builder, Container, Image


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `nox -s container`."""
    parser.addoption("--base-image", help="image to build on; default: a Debian built here")
    parser.addoption("--container-folder", type=Path, help="folder that keeps base and images")


@pytest.fixture(scope="session")
def image(request: pytest.FixtureRequest) -> Iterator[Image]:
    """The image of the query API."""
    missing = [tool for tool in TOOLS if not shutil.which(tool)]
    if os.geteuid() or missing:
        pytest.exit(f"needs root and: {', '.join(missing or TOOLS)}", returncode=2)
    with tempfile.TemporaryDirectory() as name:
        builder = Builder(request.config.getoption("--container-folder") or Path(name))
        yield builder.build(request.config.getoption("--base-image") or builder.build_base())


@pytest.fixture
def run_inside(image: Image) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in the image to its end."""

    def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603 - the image's programs
            image.enter(command, **environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )

    return run


@pytest.fixture
def start_container(image: Image) -> Iterator[Callable[..., Container]]:
    """Run the image's own command."""
    with ExitStack() as running:

        def start(**environment: str) -> Container:
            command = image.enter(image.config["Cmd"], **environment)
            outside = running.enter_context(subprocess.Popen(command))  # noqa: S603 - see above
            running.callback(outside.kill)
            container = Container(outside)
            running.callback(container.kill)
            return container

        yield start

"""The image, built as anywhere else, and programs run in it, without a container engine.

Needs root, and of Debian's packages buildah and debootstrap. What runs has the image's file system,
read-only, as its root, and process ids of its own; the network is this machine's.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[4]
_DOCKERFILE = "packages/query-api/Dockerfile"
_TOOLS = ("buildah", "debootstrap", "unshare", "setpriv", "chroot")
_DEBOOTSTRAP = ("debootstrap", "--variant=minbase", "--include=python3-venv", "trixie")
_CERTIFICATES = "/etc/ssl/certs"
_TIMEOUT_S = 30
# The first process in it stops as a container's does: it is number 1, and signals reach it.
_ISOLATED = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc")
_ENTER = """
root=$1; user=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
exec setpriv --no-new-privs chroot --userspec="$user" --groups="" "$root" /usr/bin/env -i "$@"
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--base-image", help="what to build on; else a Debian made here")
    parser.addoption("--container-folder", type=Path, help="keep base and images here")


@dataclass(frozen=True, slots=True)
class Image:
    """A built image: its configuration as in the OCI specification, and its files."""

    config: Mapping[str, Any]
    healthcheck: Sequence[str]
    root: Path

    def enter(self, command: Sequence[str], **environment: str) -> list[str]:
        """Give the command line that runs a command in it, as the image's user."""
        variables = [*self.config["Env"], *(f"{k}={v}" for k, v in environment.items())]
        user = self.config["User"]
        return [*_ISOLATED, _ENTER, "sh", str(self.root), user, *variables, *command]


class Builder:
    """buildah with all that it keeps in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *arguments: str) -> str:
        stores = [f"--root={self._folder / 'storage'}", f"--runroot={self._folder / 'run'}"]
        command = ["buildah", "--storage-driver=vfs", *stores, *arguments]
        return subprocess.run(
            command, cwd=_ROOT, check=True, text=True, stdout=subprocess.PIPE
        ).stdout.strip()

    def make_base(self) -> str:
        """Make an image of the Debian, and with the Python, that the official image is made of."""
        files = self._folder / "base"
        if not files.exists():
            subprocess.run(
                [*_DEBOOTSTRAP, files],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        container = self("from", "scratch")
        self("add", "--quiet", container, str(files), "/")
        # Programs that bring certificates of their own look at the machine's, mounted below.
        self("config", f"--env=SSL_CERT_FILE={_CERTIFICATES}/ca-certificates.crt", container)
        self("commit", "--quiet", "--rm", container, "localhost/python-base")
        return "localhost/python-base"

    def build(self, base_image: str) -> Image:
        self(
            "build",
            "--quiet",
            "--isolation=chroot",
            "--format=docker",
            f"--build-arg=BASE_IMAGE={base_image}",
            f"--volume={_CERTIFICATES}:{_CERTIFICATES}:ro",
            f"--file={_DOCKERFILE}",
            "--tag=localhost/query-api",
            ".",
        )
        container = self("from", "localhost/query-api")
        inspected = json.loads(self("inspect", container))
        config = inspected["Docker"]["config"]
        return Image(config, config["Healthcheck"]["Test"], Path(self("mount", container)))


@pytest.fixture(scope="session")
def image(request: pytest.FixtureRequest) -> Iterator[Image]:
    missing = [tool for tool in _TOOLS if not shutil.which(tool)]
    if os.geteuid() or missing:
        pytest.exit(f"needs root and: {', '.join(missing or _TOOLS)}", returncode=2)
    with tempfile.TemporaryDirectory() as name:
        builder = Builder(request.config.getoption("--container-folder") or Path(name))
        yield builder.build(request.config.getoption("--base-image") or builder.make_base())


@pytest.fixture
def run_inside(image: Image) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run a command in the image to its end."""

    def run(*command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            image.enter(command, **environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT_S,
        )

    return run


@dataclass(frozen=True, slots=True)
class Container:
    """The image's own command, running."""

    outside: "subprocess.Popen[bytes]"
    pid: int

    def stop(self) -> int:
        """Stop it as ECS does; gives its exit status."""
        os.kill(self.pid, 15)
        return self.outside.wait(_TIMEOUT_S)


@pytest.fixture
def start_container(image: Image) -> Iterator[Callable[..., Container]]:
    with ExitStack() as stopping:

        def start(**environment: str) -> Container:
            command = image.enter(image.config["Cmd"], **environment)
            outside = stopping.enter_context(subprocess.Popen(command))
            stopping.callback(outside.kill)
            return Container(outside, _find_child(outside))

        yield start


def _find_child(process: "subprocess.Popen[bytes]") -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + _TIMEOUT_S
    while time.monotonic() < deadline:
        if found := children.read_text().split():
            return int(found[0])
        time.sleep(0.01)
    pytest.fail("nothing was started in the container")

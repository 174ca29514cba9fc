"""The image, built with buildah, and processes that run in it without a container engine.

Needs root, and the Debian packages buildah and debootstrap. A process has the image's file system,
read-only, as its root, and process ids of its own; it shares the network of this machine.
"""

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testing.waiting import TIMEOUT_S, wait_until

TOOLS: Final = ("buildah", "debootstrap", "unshare", "setpriv", "chroot")
_ROOT: Final = Path(__file__).parents[2]
_DOCKERFILE: Final = "packages/query-api/Dockerfile"
_DEBOOTSTRAP: Final = ("debootstrap", "--variant=minbase", "--include=python3-venv", "trixie")
_CERTIFICATES: Final = "/etc/ssl/certs"
# The first process has the id 1, as in a container, and receives signals.
_ISOLATED: Final = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-euc")
_ENTER: Final = """
root=$1; user=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
exec setpriv --no-new-privs chroot --userspec="$user" --groups="" "$root" /usr/bin/env -i "$@"
"""


@dataclass(frozen=True, slots=True)
class Image:
    """A built image: its configuration as in the OCI specification, and its files."""

    config: Mapping[str, Any]
    healthcheck: Sequence[str]
    root: Path

    def enter(self, command: Sequence[str], **environment: str) -> list[str]:
        """Return the command line that runs a command in the image, as the image's user."""
        variables = [*self.config["Env"], *(f"{k}={v}" for k, v in environment.items())]
        user = self.config["User"]
        return [*_ISOLATED, _ENTER, "sh", str(self.root), user, *variables, *command]


class Builder:
    """buildah, with all its files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _run(self, *arguments: str) -> str:
        stores = [f"--root={self._folder / 'storage'}", f"--runroot={self._folder / 'run'}"]
        command = ["buildah", "--storage-driver=vfs", *stores, *arguments]
        return subprocess.run(  # noqa: S603 - buildah
            command, cwd=_ROOT, check=True, text=True, stdout=subprocess.PIPE
        ).stdout.strip()

    def build_base(self) -> str:
        """Build an image of the Debian release that the official Python image is built on."""
        files = self._folder / "base"
        if not files.exists():
            subprocess.run(  # noqa: S603 - debootstrap
                [*_DEBOOTSTRAP, str(files)], check=True, stdout=subprocess.DEVNULL
            )
        container = self._run("from", "scratch")
        self._run("add", "--quiet", container, str(files), "/")
        # Programs with certificates of their own use this machine's, which are mounted below.
        variable = f"SSL_CERT_FILE={_CERTIFICATES}/ca-certificates.crt"
        self._run("config", f"--env={variable}", container)
        self._run("commit", "--quiet", "--rm", container, "localhost/python-base")
        return "localhost/python-base"

    def build(self, base_image: str) -> Image:
        """Build the image of the query API."""
        self._run(
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
        container = self._run("from", "localhost/query-api")
        config = json.loads(self._run("inspect", container))["Docker"]["config"]
        root = Path(self._run("mount", container))
        return Image(config, config["Healthcheck"]["Test"], root)


class Container:
    """The image's own command, running.

    Attributes:
        pid: its process id on this machine.
    """

    def __init__(self, outside: subprocess.Popen[bytes]) -> None:
        self._outside = outside
        children = Path(f"/proc/{outside.pid}/task/{outside.pid}/children")
        found = wait_until(lambda: children.read_text().split(), "nothing runs in the container")
        self.pid = int(found[0])

    def stop(self) -> int:
        """Stop it as ECS does; returns its exit status."""
        os.kill(self.pid, signal.SIGTERM)
        return self._outside.wait(TIMEOUT_S)

    def kill(self) -> None:
        """End it at once, if it still runs.

        Its death would not follow that of `unshare`: a change of user clears that signal, see
        PR_SET_PDEATHSIG(2const).
        """
        if self._outside.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._outside.wait(TIMEOUT_S)

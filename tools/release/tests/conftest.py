"""Packages of a workspace that is made up, and a clone of the one that this is."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from tools.release.command import run
from tools.release.package import Package
from tools.release.repository import Repository

ROOT = Path(__file__).parents[3]
_SETTINGS = {
    "user.name": "Nobody",
    "user.email": "nobody@example.com",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "core.hooksPath": os.devnull,
}


@pytest.fixture
def make_package() -> Callable[..., Package]:
    def make(
        name: str, version: str = "0.1.0", *requirements: str, is_released: bool = True
    ) -> Package:
        return Package(
            name, name, Version(version), tuple(map(Requirement, requirements)), is_released
        )

    return make


@dataclass(frozen=True, slots=True)
class Clone:
    """A clone, and what is done in it."""

    root: Path

    @property
    def repository(self) -> Repository:
        return Repository(self.root)

    def read(self, path: str) -> str:
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def commit(self) -> None:
        self.repository.git("add", "--all")
        self.repository.git("commit", "--quiet", "--message=work")

    def run(self, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run one of the clone's own tools, with the clone's own packages."""
        folders = (self.root, *self.root.glob("packages/*/src"))
        return subprocess.run(
            [sys.executable, "-m", f"tools.release.{tool}", *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))},
            capture_output=True,
            text=True,
            check=False,
        )

    def release(self, *arguments: str, test_command: str = "true") -> None:
        result = self.run("release", *arguments, f"--test-command={test_command}")
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def unreleased(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """Give what is on disk here, committed, and with every package before its first release."""
    made = Clone(tmp_path_factory.mktemp("unreleased") / "clone")
    # The test may run in a shallow clone, and its repository may be one of several worktrees.
    made.root.mkdir()
    made.repository.git("init", "--quiet")
    for name, value in _SETTINGS.items():
        made.repository.git("config", name, value)
    for path in Repository(ROOT).list_files():
        if "changelog.d" not in path.parts:
            (made.root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, made.root / path)
    _go_back_before_the_first_release(made)
    made.commit()
    return made


@pytest.fixture(scope="session")
def released_once(unreleased: Clone, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    made = _copy(unreleased, tmp_path_factory.mktemp("released"))
    made.release("models", "minor")
    made.release("stream-processor", "minor")
    return made


@pytest.fixture
def clone(unreleased: Clone, tmp_path: Path) -> Clone:
    """Give a clone in which no package was ever released."""
    return _copy(unreleased, tmp_path)


@pytest.fixture
def released(released_once: Clone, tmp_path: Path) -> Clone:
    """Give a clone with the first releases of the models and of one service."""
    return _copy(released_once, tmp_path)


def _copy(clone: Clone, folder: Path) -> Clone:
    shutil.copytree(clone.root, folder / "clone")
    return Clone(folder / "clone")


def _go_back_before_the_first_release(clone: Clone) -> None:
    for path in clone.root.glob("packages/*/CHANGELOG.md"):
        path.write_text(
            "# Changelog\n\n<!-- towncrier: releases -->\n\n## 0.1.0\n\n- The first.\n", "utf-8"
        )
    for path in clone.root.glob("packages/*/pyproject.toml"):
        lines = path.read_text("utf-8").splitlines()
        versions = [number for number, line in enumerate(lines) if line.startswith("version = ")]
        lines[versions[0]] = 'version = "0.1.0"'
        path.write_text("\n".join(lines) + "\n", "utf-8")
    run("uv", "lock", "--quiet", folder=clone.root)

"""A small workspace with a history, for commands that release and guard packages."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from tools.release.command import run
from tools.release.repository import Repository

ROOT = Path(__file__).parents[3]
_SETTINGS = {
    "user.name": "Nobody",
    "user.email": "nobody@example.com",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "core.hooksPath": os.devnull,
}
_PYPROJECT = """\
[project]
name = "example-{name}"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = {requirements}
classifiers = {classifiers}

[build-system]
requires = {build_requirements}
build-backend = "uv_build"
"""
_WORKSPACE = """\
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
example-core = {workspace = true}

"""
_CHANGELOG = "# Changelog\n\n<!-- towncrier: releases -->\n\n## 0.1.0\n\n- The first.\n"


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
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = self.read(path)
        assert old in text
        self.write(path, text.replace(old, new))

    def initialize(self) -> None:
        self.repository.git("init", "--quiet")
        for name, value in _SETTINGS.items():
            self.repository.git("config", name, value)
        self.commit()

    def commit(self) -> str:
        self.repository.git("add", "--all")
        self.repository.git("commit", "--quiet", "--allow-empty", "--message=work")
        return self.get_commit()

    def get_commit(self) -> str:
        return self.repository.git("rev-parse", "HEAD").strip()

    def copy(self, folder: Path) -> "Clone":
        shutil.copytree(self.root, folder)
        return Clone(folder)

    def run(self, tool: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a tool of this repository on the clone."""
        # A clone of this repository builds functions from its own sources.
        folders = (ROOT, *self.root.glob("packages/*/src"))
        return subprocess.run(
            [sys.executable, "-m", f"tools.release.{tool}", *arguments],
            cwd=self.root,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))},
            capture_output=True,
            text=True,
            check=False,
        )

    def release(self, *arguments: str) -> None:
        result = self.run("release", *arguments, "--test-command=true")
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def make_clone() -> type[Clone]:
    return Clone


@pytest.fixture(scope="session")
def unreleased_template(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    made = Clone(tmp_path_factory.mktemp("unreleased"))
    made.write(".gitignore", "/dist/\n")
    made.write("pyproject.toml", _WORKSPACE + _read_towncrier_settings())
    _write_package(made, "core")
    _write_package(made, "service", "example-core~=0.1.0")
    _write_package(made, "stack", "example-core~=0.1.0", is_private=True)
    run("uv", "lock", "--quiet", folder=made.root)
    made.initialize()
    return made


@pytest.fixture(scope="session")
def released_template(
    unreleased_template: Clone, tmp_path_factory: pytest.TempPathFactory
) -> Clone:
    made = unreleased_template.copy(tmp_path_factory.mktemp("released") / "clone")
    made.release("core", "minor")
    made.release("example-service", "patch")
    return made


@pytest.fixture
def unreleased(unreleased_template: Clone, tmp_path: Path) -> Clone:
    """A core, a service and a private stack that require it, before their first releases."""
    return unreleased_template.copy(tmp_path / "clone")


@pytest.fixture
def released(released_template: Clone, tmp_path: Path) -> Clone:
    """The same after the first releases of core and service, 0.1.0."""
    return released_template.copy(tmp_path / "clone")


def _read_towncrier_settings() -> str:
    """Return the tables of this repository's settings that configure towncrier."""
    tables = r"(?ms)^\[tool\.towncrier.*?(?=^\[(?!tool\.towncrier)|\Z)"
    (settings,) = re.findall(tables, (ROOT / "pyproject.toml").read_text("utf-8"))
    return settings


def _write_package(clone: Clone, name: str, *requirements: str, is_private: bool = False) -> None:
    model = tomllib.loads((ROOT / "packages/models/pyproject.toml").read_text("utf-8"))
    pyproject = _PYPROJECT.format(
        name=name,
        requirements=json.dumps(requirements),
        classifiers=json.dumps(["Private :: Do Not Upload"] * is_private),
        build_requirements=json.dumps(model["build-system"]["requires"]),
    )
    clone.write(f"packages/{name}/pyproject.toml", pyproject)
    clone.write(f"packages/{name}/CHANGELOG.md", _CHANGELOG)
    clone.write(f"packages/{name}/src/example_{name}/__init__.py", "")

"""`nox -s compat`: what was released last beside what is here, in every pair that may meet."""

import argparse
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.release.changelog import tells_of_a_break
from tools.release.command import run
from tools.release.environment import build_wheel, export_pins, make_environment
from tools.release.exceptions import CommandError
from tools.release.main import ROOT, exit_with, tell
from tools.release.package import Package
from tools.release.repository import Repository
from tools.release.rows import find_losses
from tools.release.trials import Source, Trial, find_trials
from tools.release.workspace import Workspace

# The package that says what a row of the read model looks like.
_ROWS: Final = "notification-models"
_PROGRAM: Final = Path(__file__).with_name("row_program.py")
_CORPUS: Final = Path(__file__).with_name("row_corpus.json")
_IMPORT_ALL: Final = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, f"{sys.argv[1]}."):
    importlib.import_module(module.name)
"""


class Compatibility:
    """Trials with what is built from the tags and from here."""

    def __init__(self, repository: Repository, folder: Path, stack: ExitStack) -> None:
        """Make it.

        Args:
            folder: for wheels and environments.
            stack: keeps the files of the tags.
        """
        self._repository = repository
        self._folder = folder
        self._stack = stack
        self._trees: dict[str | None, Path] = {None: repository.root}
        self._wheels: dict[Source, Path] = {}

    def try_together(self, trial: Trial, *, with_tests: bool) -> None:
        """Install a pair and import every module of the dependent, or run its tests.

        Raises:
            CommandError: they do not work together.
        """
        package = trial.dependent.package
        tree = self._get_tree(trial.dependent.tag)
        pins = export_pins(tree, package.distribution, *["--group=test"] * with_tests)
        wheels = (self._get_wheel(trial.dependent), self._get_wheel(trial.sibling))
        python = make_environment(self._make_folder(), *wheels, pins=pins)
        run(str(python), "-c", _IMPORT_ALL, package.module, folder=self._folder)
        if with_tests:
            tests = package.folder / "tests" / "unit"
            run(str(python), "-m", "pytest", "--quiet", str(tests), folder=tree)

    def find_losses(self, writer: Source, reader: Source) -> list[str]:
        """Name what one version of the models makes otherwise of what another one wrote.

        Raises:
            CommandError: one could not write the rows, or the other could not read them.
        """
        corpus = _CORPUS.read_text("utf-8")
        items = self._run_program(writer, "encode", corpus)
        decoded = json.loads(self._run_program(reader, "decode", items))
        return list(find_losses(json.loads(corpus), decoded))

    def _run_program(self, source: Source, name: str, rows: str) -> str:
        python = make_environment(self._make_folder(), self._get_wheel(source))
        return run(str(python), str(_PROGRAM), name, folder=self._folder, standard_input=rows)

    def _make_folder(self) -> Path:
        return Path(self._stack.enter_context(TemporaryDirectory(dir=self._folder)), "environment")

    def _get_tree(self, tag: str | None) -> Path:
        if tag is not None and tag not in self._trees:
            self._trees[tag] = self._stack.enter_context(self._repository.check_out(tag))
        return self._trees[tag]

    def _get_wheel(self, source: Source) -> Path:
        if source not in self._wheels:
            target = self._make_folder()
            tree = self._get_tree(source.tag)
            self._wheels[source] = build_wheel(tree, source.package.distribution, target)
        return self._wheels[source]


def find_breaking(workspace: Workspace, packages: Mapping[str, Package]) -> set[str]:
    """Name the folders of packages whose next release will say that it may break something."""
    return {
        name
        for name, package in packages.items()
        if tells_of_a_break(workspace.list_fragments(package))
    }


def find_tagged(repository: Repository, packages: Mapping[str, Package]) -> dict[str, Source]:
    """Give the packages that have a tag, as they were there."""
    releases = {name: repository.find_last_release(each) for name, each in packages.items()}
    return {
        name: Source(released, repository.find_last_tag(packages[name]))
        for name, released in releases.items()
        if released
    }


def main() -> bool:
    """Try every pair; false where one does not work."""
    parser = argparse.ArgumentParser(prog="nox -s compat --", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="run the unit tests of each, as well")
    with_tests = parser.parse_args().tests
    workspace, repository = Workspace(ROOT), Repository(ROOT)
    packages = {n: each for n, each in workspace.load_packages().items() if each.is_released}
    tagged = find_tagged(repository, packages)
    breaking = find_breaking(workspace, packages)
    with TemporaryDirectory() as name, ExitStack() as stack:
        compatibility = Compatibility(repository, Path(name), stack)
        outcomes = [
            _report(compatibility, trial, with_tests=with_tests)
            for trial in find_trials(packages, tagged, breaking)
        ]
        outcomes += _report_rows(compatibility, packages, tagged)
    return all(outcomes)


def _report(compatibility: Compatibility, trial: Trial | str, *, with_tests: bool) -> bool:
    if isinstance(trial, str):
        tell(f"skipped: {trial}")
        return True
    try:
        compatibility.try_together(trial, with_tests=with_tests)
    except CommandError as error:
        tell(f"FAILED: {trial}\n{error}")
        return False
    tell(f"passed: {trial}")
    return True


def _report_rows(
    compatibility: Compatibility, packages: Mapping[str, Package], tagged: Mapping[str, Source]
) -> Iterator[bool]:
    (name,) = (name for name, each in packages.items() if each.distribution == _ROWS)
    if name not in tagged:
        tell(f"skipped: rows of the last {_ROWS}: it has no tag yet")
        return
    now = Source(packages[name], None)
    for writer, reader in ((tagged[name], now), (now, tagged[name])):
        title = f"rows of {writer} read by {reader}"
        try:
            losses = compatibility.find_losses(writer, reader)
        except CommandError as error:
            losses = [str(error)]
        tell("\n".join((f"{'FAILED' if losses else 'passed'}: {title}", *losses)))
        yield not losses


if __name__ == "__main__":
    exit_with(main)

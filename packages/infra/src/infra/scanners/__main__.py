"""Checks templates: `python -m infra.scanners DIRECTORY --checkov PATH [-c NAME=value …]`.

With variables, checks the templates that `cdk synth` wrote for them into the directory. Without,
synthesizes every named configuration into a folder of the directory, and checks all of them.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from infra.config.source import load_config
from infra.scanners.configurations import CONFIGURATIONS
from infra.scanners.findings import Acknowledgement, Finding, Locator, Outcome, compare
from infra.scanners.report import render
from infra.scanners.synthesis import Synthesized, synthesize_all
from infra.scanners.tools import cfn_lint, checkov, guard, nag

_Scan: TypeAlias = Callable[[Locator], Iterator[Finding]]


def main() -> int:
    """Print each tool's findings and acknowledgements; fail if one has no counterpart."""
    options = _parse_arguments()
    if options.context:
        variables = dict(each.split("=", 1) for each in options.context)
        config = load_config(variables, os.environ)
        synthesized = [Synthesized("your configuration", config, options.directory)]
    else:
        synthesized = list(synthesize_all(CONFIGURATIONS, options.directory))
    is_failed = False
    for tool, outcome in _scan(synthesized, options.checkov).items():
        # A single configuration has no use for some acknowledgements.
        shown = replace(outcome, stale=()) if options.context else outcome
        sys.stdout.write(f"{render(tool, shown)}\n")
        is_failed = is_failed or shown.is_failed
    return int(is_failed)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m infra.scanners", description=main.__doc__)
    parser.add_argument("directory", type=lambda each: Path(each).resolve())
    parser.add_argument("--checkov", type=Path, required=True, help="the program")
    parser.add_argument("-c", "--context", action="append", metavar="NAME=value")
    return parser.parse_args()


def _scan(synthesized: Sequence[Synthesized], checkov_path: Path) -> Mapping[str, Outcome]:
    """Run the scanners beside each other."""
    tools: Mapping[str, tuple[_Scan, Sequence[Acknowledgement]]] = {
        "checkov": (partial(checkov.scan, executable=checkov_path), checkov.ACKNOWLEDGED),
        "cfn-guard": (guard.scan, guard.ACKNOWLEDGED),
        "cfn-lint": (cfn_lint.scan, cfn_lint.ACKNOWLEDGED),
    }
    locator = Locator(synthesized)
    with ThreadPoolExecutor() as pool:
        findings = {
            name: pool.submit(lambda scan: list(scan(locator)), scan)
            for name, (scan, _) in tools.items()
        }
    outcomes = {
        name: compare(findings[name].result(), accepted) for name, (_, accepted) in tools.items()
    }
    return {"cdk-nag": nag.read_outcome(synthesized), **outcomes}


if __name__ == "__main__":
    sys.exit(main())

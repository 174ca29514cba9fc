"""The benchmarks' command line: `python -m benchmarks NAME [--quick] [--json FILE]`."""

import argparse
from importlib import import_module
from pathlib import Path
from typing import Final

from benchmarks.report import Report

_NAMES: Final = ("processor", "api", "tools", "clients", "console")


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("name", choices=_NAMES)
    parser.add_argument("--quick", action="store_true", help="fewer rounds, rougher figures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    return parser.parse_args()


def main() -> None:
    """Run one benchmark and print its report."""
    arguments = _parse_arguments()
    # An environment has the package of one benchmark only.
    bench = import_module(f"benchmarks.{arguments.name}.bench")
    report: Report = bench.run(is_quick=arguments.quick)
    print(report.format())  # noqa: T201 - the command's output
    if arguments.json:
        report.write_json(arguments.json)


if __name__ == "__main__":
    main()

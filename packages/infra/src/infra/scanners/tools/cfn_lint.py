"""cfn-lint: whether CloudFormation and the services accept a template."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.exceptions import ScanError
from infra.scanners.findings import Acknowledgement, Finding, Locator
from infra.scanners.tools.paths import RESTRICTION

ACKNOWLEDGED: Final = (
    Acknowledgement(
        "W3005",
        (
            "Operations",
            "QueryFunction",
            "QueryService",
            "StreamProcessor",
            RESTRICTION,
        ),
        "The CDK writes a DependsOn beside a reference to the same resource.",
    ),
)
_COMMAND: Final = ("cfn-lint", "--non-zero-exit-code=none", "--format=json")


def scan(locator: Locator) -> Iterator[Finding]:
    """Run cfn-lint over all templates.

    Raises:
        ScanError: it failed.
    """
    command = [*_COMMAND, *map(str, locator.templates)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - cfn-lint
    if done.returncode:
        raise ScanError("cfn-lint", f"status {done.returncode}")
    for each in json.loads(done.stdout):
        path = each["Location"].get("Path") or ["template"]
        place = path[1] if path[0] == "Resources" and len(path) > 1 else "/".join(map(str, path))
        yield locator.locate(Path(each["Filename"]), place, each["Rule"]["Id"], each["Message"])

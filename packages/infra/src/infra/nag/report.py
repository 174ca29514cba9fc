"""Prints cdk-nag's report of the last synthesis: `python -m infra.nag.report cdk.out`.

A finding fails the synthesis itself; the report also shows the exemptions and their reasons.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def render_report(report: dict[str, Any]) -> str:
    """Render the validation report that the CDK writes beside the templates."""
    return "\n".join(line for plugin in report["pluginReports"] for line in _render(plugin))


def _render(plugin: dict[str, Any]) -> Iterator[str]:
    findings, acknowledged = plugin["violations"], plugin["suppressedViolations"]
    yield (
        f"cdk-nag {plugin['pluginName']}: "
        f"{len(findings)} findings, {len(acknowledged)} acknowledged"
    )
    for each in findings:
        yield f"  finding {_render_rule(each)}: {each['description']}"
    for each in acknowledged:
        yield f"  {_render_rule(each)}: {each['reason']}"


def _render_rule(violation: dict[str, Any]) -> str:
    paths = ", ".join(each["constructPath"] for each in violation["violatingConstructs"])
    return f"{violation['ruleName']} at {paths}"


if __name__ == "__main__":
    directory = Path(sys.argv[1])
    report = json.loads((directory / "validation-report.json").read_text(encoding="utf-8"))
    sys.stdout.write(f"{render_report(report)}\n")

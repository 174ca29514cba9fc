"""Renders what a scanner found, for people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from infra.scanners.findings import Finding, Outcome


def render(tool: str, outcome: Outcome) -> str:
    """Render the findings, then the acknowledgements with their reasons."""
    acknowledged = {each: count for each, count in outcome.acknowledged.items() if count}
    head = (
        f"{tool}: {len(outcome.unacknowledged)} findings without a reason, "
        f"{sum(acknowledged.values())} acknowledged, {len(outcome.stale)} acknowledgements stale"
    )
    reasons = (f"  {each.rule} ({count}): {each.reason}" for each, count in acknowledged.items())
    stale = (f"  STALE {each.rule} at {path or 'the stack'}" for each, path in outcome.stale)
    return "\n".join([head, *reasons, *stale, *_render_findings(outcome.unacknowledged)])


def _render_findings(findings: Iterable[Finding]) -> Iterator[str]:
    """Render each finding once, with the configurations that have it."""
    configurations = defaultdict(list)
    for each in findings:
        configurations[each.rule, each.path, each.text].append(each.configuration)
    for (rule, path, text), names in sorted(configurations.items()):
        yield f"  FINDING {rule} at {path} ({', '.join(dict.fromkeys(names))}): {text}"

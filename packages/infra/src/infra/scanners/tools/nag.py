"""cdk-nag's findings and exemptions, which the CDK writes beside the templates."""

from collections.abc import Iterator, Sequence
from typing import Any

from infra.nag.delivery_exemptions import list_delivery_exemptions
from infra.nag.exemptions import EXEMPTIONS, Exemption
from infra.scanners.findings import Acknowledgement, Finding, Outcome, trim_path
from infra.scanners.synthesis import Synthesized


def read_outcome(synthesized: Sequence[Synthesized]) -> Outcome:
    """Read the reports of all configurations.

    Besides cdk-nag, the CDK's own validation and warnings count.
    """
    reports = [(each, report) for each in synthesized for report in each.read_reports()]
    unacknowledged = [
        finding for each, report in reports for finding in _read_findings(each, report)
    ]
    used = [
        (trim_path(violation["acknowledgedAt"]), violation["reason"])
        for _, report in reports
        for violation in report["suppressedViolations"]
    ]
    counts = {
        Acknowledgement(each.rule, (each.path,), each.reason): used.count((each.path, each.reason))
        for each in (*EXEMPTIONS, *_list_delivery_exemptions(synthesized))
    }
    stale = tuple((each, each.paths[0]) for each, count in counts.items() if not count)
    return Outcome(tuple(unacknowledged), counts, stale)


def _list_delivery_exemptions(synthesized: Sequence[Synthesized]) -> Iterator[Exemption]:
    for each in synthesized:
        if each.config.delivery_repository is not None:
            yield from list_delivery_exemptions(each.config)


def _read_findings(owner: Synthesized, report: dict[str, Any]) -> Iterator[Finding]:
    for violation in report["violations"]:
        for each in violation["violatingConstructs"]:
            yield Finding(
                violation["ruleName"],
                trim_path(each["constructPath"]),
                violation["description"],
                owner.name,
                owner.config,
            )

import json

import pytest

from infra.config.model import Config
from infra.nag.exemptions import EXEMPTIONS
from infra.scanners.synthesis import Synthesized
from infra.scanners.tools.nag import read_outcome

QUARANTINE = next(each for each in EXEMPTIONS if each.rule == "SQS3")


@pytest.fixture
def read(tmp_path):
    """Read the outcome of a report with these plugins."""

    def read_report(*plugins):
        text = json.dumps({"pluginReports": plugins})
        (tmp_path / "validation-report.json").write_text(text)
        return read_outcome([Synthesized("default", Config(), tmp_path)])

    return read_report


def test_a_finding_of_any_plugin_of_the_cdk_counts(read):
    violation = {
        "ruleName": "Warning",
        "description": "It is deprecated.",
        "violatingConstructs": [{"constructPath": "application/Stores/Bucket/Resource"}],
    }

    outcome = read({"violations": [violation], "suppressedViolations": []})

    assert [(each.rule, each.path) for each in outcome.unacknowledged] == [
        ("Warning", "Stores/Bucket")
    ]


def test_an_exemption_that_is_used_is_not_stale(read):
    suppressed = {
        "acknowledgedAt": f"application/{QUARANTINE.path}",
        "reason": QUARANTINE.reason,
    }

    outcome = read({"violations": [], "suppressedViolations": [suppressed]})

    (used,) = (each for each, count in outcome.acknowledged.items() if count)
    assert (used.rule, used.paths) == (QUARANTINE.rule, (QUARANTINE.path,))
    assert len(outcome.stale) == len(EXEMPTIONS) - 1

"""The findings of cdk-nag, and their exemptions."""

import pytest

from infra.nag.exemptions import EXEMPTIONS
from infra.nag.report import render_report


@pytest.mark.parametrize("name", ["plain", "elaborate"])
def test_every_finding_is_exempt(request, name):
    rules = request.getfixturevalue(name).rules

    assert rules["pluginName"] == "AwsSolutions"
    assert rules["conclusion"] == "success"
    assert rules["violations"] == []


def test_every_exemption_is_needed(plain, elaborate):
    needed = {
        (each["acknowledgedAt"].partition("/")[2], each["reason"])
        for synthesized in (plain, elaborate)
        for each in synthesized.rules["suppressedViolations"]
    }

    assert {(each.path, each.reason) for each in EXEMPTIONS} == needed


def test_the_report_counts_and_explains(plain):
    (first, *lines) = render_report({"pluginReports": [plain.rules]}).splitlines()

    acknowledged = plain.rules["suppressedViolations"]
    assert first == f"cdk-nag AwsSolutions: 0 findings, {len(acknowledged)} acknowledged"
    assert len(lines) == len(acknowledged)
    assert any(
        "AwsSolutions-SQS3 at query-service-application/FailureStores/Quarantine/Resource: It is"
        in line
        for line in lines
    )


def test_the_report_shows_findings_first():
    violation = {
        "ruleName": "AwsSolutions-S1",
        "description": "The S3 Bucket has server access logs disabled.",
        "violatingConstructs": [{"constructPath": "stack/Bucket/Resource"}],
    }
    plugin = {"pluginName": "AwsSolutions", "violations": [violation], "suppressedViolations": []}

    report = render_report({"pluginReports": [plugin]})

    assert report.splitlines() == [
        "cdk-nag AwsSolutions: 1 findings, 0 acknowledged",
        f"  finding AwsSolutions-S1 at stack/Bucket/Resource: {violation['description']}",
    ]

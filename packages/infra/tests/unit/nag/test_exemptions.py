"""The findings of cdk-nag, and their exemptions."""

import pytest

from infra.nag.exemptions import EXEMPTIONS


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

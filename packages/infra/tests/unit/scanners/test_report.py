from infra.config.model import Config
from infra.scanners.findings import Acknowledgement, Finding, Outcome
from infra.scanners.report import render

ACCEPTED = Acknowledgement("S1", ("Logs",), "It holds logs itself.")


def find(configuration):
    return Finding("S2", "Stores/Bucket", "Is public.", configuration, Config())


def test_the_report_counts_and_explains():
    outcome = Outcome(unacknowledged=(), acknowledged={ACCEPTED: 3}, stale=())

    assert render("checkov", outcome).splitlines() == [
        "checkov: 0 findings without a reason, 3 acknowledged, 0 acknowledgements stale",
        "  S1 (3): It holds logs itself.",
    ]


def test_a_finding_is_shown_once_with_its_configurations():
    findings = (find("default"), find("lambda"), find("default"))
    outcome = Outcome(unacknowledged=findings, acknowledged={}, stale=())

    lines = render("checkov", outcome).splitlines()

    assert lines[1:] == ["  FINDING S2 at Stores/Bucket (default, lambda): Is public."]


def test_a_stale_acknowledgement_is_shown():
    outcome = Outcome(unacknowledged=(), acknowledged={ACCEPTED: 0}, stale=((ACCEPTED, "Logs"),))

    assert render("checkov", outcome).splitlines()[1:] == ["  STALE S1 at Logs"]

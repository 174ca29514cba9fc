import json

import pytest

from infra.config.model import Config
from infra.scanners.findings import Acknowledgement, Finding, Locator, compare
from infra.scanners.synthesis import Synthesized


def find(rule="S1", path="Stores/Bucket", **variables):
    return Finding(rule, path, "No access log.", "default", Config(**variables))


def accept(*paths, rule="S1", **options):
    return Acknowledgement(rule, paths, "It holds logs itself.", **options)


@pytest.mark.parametrize("path", ["Stores/Bucket", "Stores"])
def test_an_acknowledgement_accepts_findings_of_a_construct_and_its_children(path):
    accepted = accept(path)

    outcome = compare([find()], [accepted])

    assert not outcome.is_failed
    assert outcome.acknowledged == {accepted: 1}


@pytest.mark.parametrize("accepted", [accept("Stores", rule="S2"), accept("Stores/Buck")])
def test_a_finding_that_nothing_accepts_fails(accepted):
    outcome = compare([find()], [accepted])

    assert outcome.is_failed
    assert outcome.unacknowledged == (find(),)


def test_a_path_without_a_finding_is_stale():
    accepted = accept("Stores", "Logs")

    outcome = compare([find()], [accepted])

    assert outcome.is_failed
    assert outcome.stale == ((accepted, "Logs"),)


def test_an_acknowledgement_holds_only_where_it_says():
    waived, unwaived = find(allow_http=True), find(allow_http=False)
    accepted = accept("Stores", where=lambda config: config.allow_http)

    outcome = compare([waived, unwaived], [accepted])

    assert outcome.unacknowledged == (unwaived,)
    assert outcome.acknowledged == {accepted: 1}


@pytest.fixture
def locator(tmp_path):
    resources = {
        "StoresBucket1A": {
            "Type": "AWS::S3::Bucket",
            "Metadata": {"aws:cdk:path": "application/Stores/Bucket/Resource"},
        },
        "StoresQueue2B": {"Type": "AWS::SQS::Queue"},
    }
    artifact = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "application.template.json"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"application": artifact}}))
    template = json.dumps({"Resources": resources})
    (tmp_path / "application.template.json").write_text(template)
    (tmp_path / "former-name.template.json").write_text(template)
    return Locator([Synthesized("default", Config(), tmp_path)])


def test_a_resource_is_found_by_its_construct(locator):
    (template,) = locator.templates

    finding = locator.locate(template, "StoresBucket1A", "S1", "No access log.")

    assert (finding.path, finding.configuration) == ("Stores/Bucket", "default")


@pytest.mark.parametrize("place", ["StoresQueue2B", "Outputs/Url"])
def test_what_belongs_to_no_construct_keeps_its_place(locator, place):
    (template,) = locator.templates

    assert locator.locate(template, place, "S1", "No access log.").path == place


def test_a_template_of_another_synthesis_is_ignored(locator):
    assert [each.name for each in locator.templates] == ["application.template.json"]


def test_types_of_resources_are_those_of_all_templates(locator):
    assert locator.resource_types == {"AWS::S3::Bucket", "AWS::SQS::Queue"}

from datetime import UTC, datetime

import pytest

from testing.cyclonedx import decode_valid_bill
from tools.bill.bill import (
    add_components,
    describe_distributions,
    encode_bill,
    load_vendored,
    make_bill,
    make_component,
)

TIME = datetime(2026, 11, 23, 9, tzinfo=UTC)
SUBJECT = make_component("application", "service", "1.0")


def write_distribution(folder, name, version, **files):
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    for file, text in {"WHEEL": "Wheel-Version: 1.0\n", **files}.items():
        (info / file.replace("__", ".")).write_text(text)
    metadata = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(f"{metadata}License-Expression: MIT\n")


def test_a_distribution_of_an_index_has_its_address_and_licence(tmp_path):
    write_distribution(tmp_path, "Typing_Inspection", "0.4.5")

    (component,) = describe_distributions(tmp_path)

    assert component == {
        "type": "library",
        "bom-ref": "pkg:pypi/typing-inspection@0.4.5",
        "name": "typing-inspection",
        "version": "0.4.5",
        "purl": "pkg:pypi/typing-inspection@0.4.5",
        "licenses": [{"expression": "MIT"}],
    }


@pytest.mark.parametrize("files", [{"direct_url__json": "{}"}, {"WHEEL": ""}])
def test_a_distribution_of_this_repository_has_no_address_in_an_index(tmp_path, files):
    write_distribution(tmp_path, "query_api", "0.1.0", **files)

    (component,) = describe_distributions(tmp_path)

    assert (component["name"], component["bom-ref"]) == ("query-api", "query-api@0.1.0")
    assert "purl" not in component


def test_vendored_files_are_found_at_any_depth(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "component.cdx.json").write_text('{"name": "swagger-ui-dist"}')

    assert load_vendored(tmp_path) == [{"name": "swagger-ui-dist"}]


def test_the_subject_of_a_bill_depends_on_every_component():
    bill = make_bill(SUBJECT, [make_component("library", name, "2") for name in ("b", "a")])

    decoded = decode_valid_bill(encode_bill(bill))

    assert decoded["dependencies"] == [{"ref": "service@1.0", "dependsOn": ["a@2", "b@2"]}]


def test_added_components_stand_beside_those_of_the_bill():
    bill = make_bill(SUBJECT, [make_component("library", "a", "2")])

    extended = add_components(bill, [make_component("library", "c", "3")])

    decoded = decode_valid_bill(encode_bill(extended))
    assert [each["name"] for each in decoded["components"]] == ["a", "c"]
    assert decoded["dependencies"] == [{"ref": "service@1.0", "dependsOn": ["a@2", "c@3"]}]


def test_a_bill_depends_on_its_components_and_the_given_time_only():
    def export(second, version):
        bill = make_bill(SUBJECT, [make_component("library", "boto3", version)])
        bill["serialNumber"] = f"urn:uuid:{second}"
        bill["metadata"]["timestamp"] = f"2026-11-23T07:54:{second}Z"
        return encode_bill(bill, TIME)

    first, again, other = export(1, "1.0"), export(2, "1.0"), export(1, "2.0")

    assert first == again
    bill = decode_valid_bill(first)
    assert bill["metadata"]["timestamp"] == "2026-11-23T09:00:00+00:00"
    assert bill["serialNumber"] != decode_valid_bill(other)["serialNumber"]

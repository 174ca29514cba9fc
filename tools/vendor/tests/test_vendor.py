import json
from hashlib import sha256

import pytest

from testing.cyclonedx import decode_valid_bill
from tools.bill.bill import encode_bill, make_bill, make_component
from tools.vendor.__main__ import describe
from tools.vendor.packages import PACKAGES, SERVED, TESTING, adapt


def test_a_bare_import_becomes_relative():
    content = b'import{options as n}from"preact";import{h}from"./other.mjs";'

    assert adapt(content) == b'import{options as n}from"./preact.mjs";import{h}from"./other.mjs";'


def test_the_name_of_a_source_map_is_left_out():
    assert adapt(b"export{};\n//# sourceMappingURL=preact.mjs.map\n") == b"export{};\n"


def test_a_folder_is_described_with_the_digest_of_each_file(tmp_path):
    (tmp_path / "b.js").write_bytes(b"b")
    (tmp_path / "LICENSE").write_bytes(b"a")
    (tmp_path / "component.cdx.json").write_text("{}")

    component = json.loads(describe("preact", "11.2.0", "MIT", tmp_path))

    digests = {each["name"]: each["hashes"][0]["content"] for each in component["components"]}
    assert component["purl"] == "pkg:npm/preact@11.2.0"
    assert digests == {"LICENSE": sha256(b"a").hexdigest(), "b.js": sha256(b"b").hexdigest()}


def test_a_description_is_a_component_of_a_bill_of_materials(tmp_path):
    component = json.loads(describe("htm", "3.1.1", "Apache-2.0", tmp_path))

    bill = encode_bill(make_bill(make_component("library", "query-api", "0.1.0"), [component]))

    assert [each["name"] for each in decode_valid_bill(bill)["components"]] == ["htm"]


def test_every_vendored_package_can_be_vendored_again():
    folders = [each for parent in (SERVED, TESTING) for each in parent.iterdir()]
    assert {each.name: each.parent for each in folders} == {
        name: package.parent for name, package in PACKAGES.items()
    }


@pytest.mark.parametrize("name", PACKAGES)
def test_the_vendored_files_are_those_that_were_fetched(name):
    folder = PACKAGES[name].parent / name
    component = json.loads((folder / "component.cdx.json").read_text("utf-8"))
    described = {each["name"]: each["hashes"][0]["content"] for each in component["components"]}

    digests = {
        each.name: sha256(each.read_bytes()).hexdigest()
        for each in folder.iterdir()
        if each.name != "component.cdx.json"
    }

    assert "LICENSE" in digests
    assert digests == described

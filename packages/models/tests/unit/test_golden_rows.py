"""Items as released versions wrote them: a deployment runs two versions at once.

A file is named after the first version that writes its items. A change of what is written adds a
file for the next version; a released file never changes (`nox -s changes` checks that).
"""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from notification_models import (
    CommandRecord,
    NotificationRecord,
    decode_command_record,
    decode_row,
    encode_command_record,
    encode_row,
)

CODECS = {
    "command_records": (decode_command_record, encode_command_record),
    "rows": (decode_row, encode_row),
}


def get_version(path):
    return [int(part) for part in path.stem.removeprefix("rows-").split(".")]


FILES = sorted(Path(__file__).parents[1].glob("golden/rows-*.json"), key=get_version)
GOLDEN = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
NEWEST = list(GOLDEN.values())[-1]
ITEMS = [
    pytest.param(kind, item, id=f"{name}-{kind}-{number}")
    for name, items in GOLDEN.items()
    for kind in CODECS
    for number, item in enumerate(items[kind])
]


@pytest.mark.parametrize(("kind", "item"), ITEMS)
def test_a_released_item_is_read_and_written_with_the_same_attributes(kind, item):
    decode, encode = CODECS[kind]

    assert encode(decode(item)).items() >= item.items()


@pytest.mark.parametrize("kind", CODECS)
def test_the_newest_items_are_written_exactly(kind):
    decode, encode = CODECS[kind]

    assert [encode(decode(item)) for item in NEWEST[kind]] == NEWEST[kind]


@pytest.mark.parametrize(
    ("kind", "record_type"), [("command_records", CommandRecord), ("rows", NotificationRecord)]
)
def test_the_newest_items_have_every_attribute(kind, record_type):
    attributes = {name for item in NEWEST[kind] for name in item}

    assert {field.name for field in fields(record_type)} <= attributes

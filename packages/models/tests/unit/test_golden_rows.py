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
    Row,
    decode_row,
    encode_row,
    project_item,
)


def get_version(path):
    return [int(part) for part in path.stem.removeprefix("rows-").split(".")]


FILES = sorted(Path(__file__).parents[1].glob("golden/rows-*.json"), key=get_version)
GOLDEN = {path.stem: json.loads(path.read_text("utf-8")) for path in FILES}
NEWEST = list(GOLDEN.values())[-1]


def rows_of(golden):
    return [each["row"] for each in golden["projections"]] + golden["tombstones"]


ROWS = [
    pytest.param(row, id=f"{name}-{number}")
    for name, golden in GOLDEN.items()
    for number, row in enumerate(rows_of(golden))
]
PROJECTIONS = [
    pytest.param(each["command_record"], each["row"], id=f"{name}-{number}")
    for name, golden in GOLDEN.items()
    for number, each in enumerate(golden["projections"])
]


@pytest.mark.parametrize("row", ROWS)
def test_a_released_row_is_read_and_written_with_the_same_attributes(row):
    assert encode_row(decode_row(row)).items() >= row.items()


@pytest.mark.parametrize(("command_record", "row"), PROJECTIONS)
def test_a_command_record_is_projected_with_the_same_attributes(command_record, row):
    projected = encode_row(Row(project_item(command_record), row["version"]["S"]))

    assert projected.items() >= row.items()


def test_the_newest_rows_are_written_exactly():
    rows = rows_of(NEWEST)

    assert [encode_row(decode_row(row)) for row in rows] == rows


@pytest.mark.parametrize(
    ("kind", "record_type"), [("command_record", CommandRecord), ("row", NotificationRecord)]
)
def test_the_newest_items_have_every_attribute(kind, record_type):
    attributes = {name for each in NEWEST["projections"] for name in each[kind]}

    assert {field.name for field in fields(record_type)} <= attributes

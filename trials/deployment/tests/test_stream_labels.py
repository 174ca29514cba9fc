"""The labels of streams that CloudFormation creates."""

import pytest
from ministack.services import dynamodb
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

from trials.deployment.emulator_process import TABLE, correct_stream_labels

STREAM = {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}


@pytest.fixture
def create():
    handlers = dict(_RESOURCE_HANDLERS)
    correct_stream_labels(handlers)
    yield handlers[TABLE]["create"]
    handlers[TABLE]["delete"]("records", {})


def test_a_label_is_a_time_without_a_zone(create):
    _, attributes = create("Table", {"TableName": "records", **STREAM}, "stack")

    label = attributes["StreamArn"].rpartition("/")[2]
    table = dynamodb._tables["records"]  # noqa: SLF001 - as in the program
    assert len(label) == len("2026-11-23T09:00:00.000")
    assert not label.endswith("Z")
    assert (table["LatestStreamArn"], table["LatestStreamLabel"]) == (
        attributes["StreamArn"],
        label,
    )


def test_a_table_without_a_stream_has_no_label(create):
    _, attributes = create("Table", {"TableName": "records"}, "stack")

    assert "StreamArn" not in attributes


def test_the_correction_is_still_needed():
    """Without the `Z`, the emulator needs no correction."""
    own = _RESOURCE_HANDLERS[TABLE]

    _, attributes = own["create"]("Table", {"TableName": "records", **STREAM}, "stack")
    own["delete"]("records", {})

    assert attributes["StreamArn"].endswith("Z")

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest

from stream_processor.observability.json_log import log_as_json

CANARY = "s3cret-canary"


@pytest.fixture
def format_record(keep_log_format):  # noqa: ARG001 - restores it
    """Format one record as the process does after `log_as_json`; returns the parsed line."""
    log_as_json()
    root = logging.getLogger()

    def format_record(message, *args, exc_info=None, **fields):
        record = root.makeRecord(
            "n", logging.WARNING, "f", 1, message, args, exc_info, extra=fields
        )
        (line,) = root.handlers[0].format(record).splitlines()
        return json.loads(line)

    return format_record


def test_a_log_line_is_a_json_object_with_its_fields(format_record):
    line = format_record("poison: %s", "x", sequence_number="7")

    assert (line["level"], line["message"]) == ("WARNING", "poison: x")
    assert line["sequence_number"] == "7"


def test_a_log_line_has_no_other_fields(format_record):
    line = format_record("hello")

    assert line.keys() == {"timestamp", "level", "logger", "message"}


def test_the_timestamp_is_in_utc_with_its_offset(format_record):
    now = datetime.now(UTC)

    logged_at = datetime.fromisoformat(format_record("hello")["timestamp"])

    assert logged_at.utcoffset() == timedelta(0)
    assert abs(logged_at - now) < timedelta(seconds=10)


def test_an_error_is_logged_with_its_class_and_place_but_without_its_text(format_record):
    try:
        int(CANARY)
    except ValueError as error:
        line = format_record("failed", exc_info=(ValueError, error, error.__traceback__))

    assert line["error_type"] == "ValueError"
    assert "test_json_log.py:" in line["where"]
    assert CANARY not in str(line)


def test_an_error_that_was_not_raised_has_no_place(format_record):
    line = format_record("failed", exc_info=(ValueError, ValueError(CANARY), None))

    assert (line["error_type"], line["where"]) == ("ValueError", None)


def test_the_next_lines_of_a_message_are_left_out(format_record):
    assert format_record("never retrieved\n%s", CANARY)["message"] == "never retrieved"


def test_a_field_that_is_not_json_is_logged_as_text(format_record):
    assert format_record("hello", key={1})["key"] == "{1}"

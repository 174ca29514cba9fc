import logging
from collections import Counter

import pytest

from query_api.observability.unreadable_rows import log_unreadable
from query_api.read_model.port import UnreadableRow


@pytest.fixture
def logged(caplog):
    """Log these rows; returns the fields of each line."""

    def log(*rows):
        with caplog.at_level(logging.WARNING):
            log_unreadable(Counter(rows).items(), "request-1")
        return [record.args for record in caplog.records]

    return log


def test_an_unreadable_row_is_one_line_with_its_fault(logged, caplog):
    lines = logged(UnreadableRow("created_at", "is missing"))

    expected = {
        "request_id": "request-1",
        "rows": 1,
        "attribute": "created_at",
        "reason": "is missing",
    }
    assert lines == [expected]
    assert caplog.messages == ["rows left out: attribute 'created_at' is missing"]


def test_the_rows_of_a_response_with_the_same_fault_share_a_line(logged):
    missing = UnreadableRow("created_at", "is missing")

    lines = logged(missing, UnreadableRow("user_id", "is empty"), missing)

    assert [(each["attribute"], each["rows"]) for each in lines] == [
        ("created_at", 2),
        ("user_id", 1),
    ]

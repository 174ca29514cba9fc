import pytest

from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.read_model.port import RowQuery, Selection
from query_api.read_model.queries import (
    fail_query,
    marketing_query,
    transaction_query,
    user_query,
)

SELECTION = Selection(limit=5, filters=(("platform", ("IOS",)),))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (user_query, RowQuery(index=None, groups=(("x",),), selection=SELECTION)),
        (
            marketing_query,
            RowQuery(
                index=MARKETING_INDEX,
                groups=(("x#0", "x#1", "x#2", "x#3"),),
                selection=SELECTION,
            ),
        ),
        (
            transaction_query,
            RowQuery(index=TRANSACTION_INDEX, groups=(("x",),), selection=SELECTION),
        ),
        (
            fail_query,
            RowQuery(
                index=TRANSACTION_INDEX,
                groups=(("x",),),
                selection=Selection(
                    limit=5, filters=(("platform", ("IOS",)), ("status", ("FAILED",)))
                ),
            ),
        ),
    ],
)
def test_an_access_pattern_reads_the_partitions_of_its_rows(pattern, expected):
    assert pattern("x", SELECTION) == expected

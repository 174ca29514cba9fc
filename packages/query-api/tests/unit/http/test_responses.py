import pytest

from query_api.http.cursor import encode_cursor
from query_api.http.responses import create_answer
from query_api.read_model.port import Page


def test_an_answer_counts_its_rows_and_has_the_cursor(make_row):
    rows = (make_row().record, make_row(transaction_id="tx_002").record)

    answer = create_answer(Page(rows, "1704067200000#tx_002"))

    assert answer.success
    assert answer.data == rows
    assert answer.total_count == 2
    assert answer.next_cursor == encode_cursor("1704067200000#tx_002")


@pytest.mark.parametrize(
    ("count", "position", "message"),
    [
        (0, None, "No notifications"),
        (1, None, "1 notification"),
        (2, None, "2 notifications"),
        (0, "1704067200000#tx", "No notifications; more may follow at next_cursor"),
    ],
)
def test_the_message_summarises_the_result(make_row, count, position, message):
    rows = tuple(make_row(transaction_id=f"tx_{number}").record for number in range(count))

    assert create_answer(Page(rows, position)).message == message

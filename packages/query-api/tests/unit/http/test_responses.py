import pytest

from query_api.http.cursor import encode_cursor
from query_api.http.responses import create_answer
from query_api.read_model.port import Page, Selection, UnreadableRow
from query_api.read_model.queries import user_query


def build_query(filters=()):
    return user_query("u", Selection(limit=10, filters=tuple(filters)))


def test_an_answer_counts_its_rows_and_has_the_cursor(make_row):
    rows = (make_row().record, make_row(transaction_id="tx_002").record)

    answer = create_answer(Page(rows, "1704067200000#tx_002"), build_query())

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

    assert create_answer(Page(rows, position), build_query()).message == message


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (1, "No notifications; 1 row could not be read; more may follow at next_cursor"),
        (2, "No notifications; 2 rows could not be read; more may follow at next_cursor"),
    ],
)
def test_rows_that_could_not_be_read_are_counted_in_the_message(count, message):
    unreadable = (UnreadableRow("created_at", "is missing"),) * count

    answer = create_answer(Page((), "1704067200000#tx", unreadable=unreadable), build_query())

    assert (answer.message, answer.total_count) == (message, 0)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ([("status", ("FAILED",)), ("platform", ("IOS",))], "No notifications"),
        ([("ap_id", ("never-heard-of",))], "No notifications"),
        (
            [("status", ("failed",))],
            'No notifications; "failed" is not a known status: SENT, DELIVERED, FAILED',
        ),
        (
            [("platform", ("Fax",))],
            'No notifications; "Fax" is not a known platform: IOS, ANDROID, WEBPUSH',
        ),
        (
            [("status", ("lost", "SENT", "x"))],
            'No notifications; "lost", "x" are not known values of status: SENT, DELIVERED, FAILED',
        ),
    ],
)
def test_a_filter_for_an_unknown_value_is_named_in_the_message(filters, message):
    assert create_answer(Page((), None), build_query(filters)).message == message


def test_each_unknown_value_is_named_and_a_long_one_is_cut():
    answer = create_answer(
        Page((), None), build_query([("platform", ("Fax",)), ("status", ("x" * 100,))])
    )

    _, platform, status = answer.message.split("; ")
    assert platform.startswith('"Fax" is not a known platform')
    assert status.startswith(f'"{"x" * 64}…" is not a known status')

import string
from base64 import urlsafe_b64encode
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import encode_notification_key
from notification_models.values import (
    MAX_CREATED_AT_MS,
    MAX_SORT_KEY_BYTES,
    MAX_TRANSACTION_ID_BYTES,
)
from query_api.exceptions import InvalidCursorError
from query_api.http.cursor import Cursor, create_next_cursor, decode_cursor, encode_cursor
from query_api.read_model.port import Selection
from query_api.read_model.queries import fail_query, latest_failures_query

POSITION = "1704067200000#tx_001"


def forge(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@given(
    st.integers(0, MAX_CREATED_AT_MS),
    st.text(min_size=1).filter(lambda text: len(text.encode()) <= MAX_TRANSACTION_ID_BYTES),
)
def test_a_cursor_decodes_to_its_position(created_at, transaction_id):
    position = encode_notification_key(created_at, transaction_id)

    assert decode_cursor(encode_cursor(position)) == Cursor(position)


@given(st.text(min_size=1).filter(lambda text: len(text.encode()) <= MAX_SORT_KEY_BYTES))
def test_the_key_of_an_unreadable_row_has_a_cursor(position):
    assert decode_cursor(encode_cursor(position)) == Cursor(position)


@given(
    st.text(min_size=1).filter(lambda text: len(text.encode()) <= MAX_SORT_KEY_BYTES),
    st.integers(0, MAX_CREATED_AT_MS),
)
def test_the_cursor_of_a_window_decodes_to_its_position_and_start(position, created_from):
    cursor = Cursor(position, created_from)

    assert decode_cursor(encode_cursor(*cursor)) == cursor


def test_only_the_cursor_of_the_latest_failures_has_the_start_of_their_window():
    selection = Selection(limit=10, from_key="1704000000000#")
    latest = latest_failures_query([date(2024, 1, 1)], selection)

    assert decode_cursor(create_next_cursor(latest, POSITION)) == (POSITION, 1_704_000_000_000)
    assert decode_cursor(create_next_cursor(fail_query("t", selection), POSITION)) == (
        POSITION,
        None,
    )


def test_the_last_page_has_no_cursor():
    assert create_next_cursor(fail_query("t", Selection(limit=10)), None) is None


def test_the_longest_position_has_a_cursor():
    position = encode_notification_key(MAX_CREATED_AT_MS, "é" * (MAX_TRANSACTION_ID_BYTES // 2))

    assert decode_cursor(encode_cursor(position)) == Cursor(position)


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=1))
def test_a_position_has_only_one_valid_cursor(cursor):
    try:
        decoded = decode_cursor(cursor)
    except InvalidCursorError:
        return

    assert encode_cursor(*decoded) == cursor


def test_a_cursor_needs_no_escaping_in_a_url():
    cursor = encode_cursor(encode_notification_key(0, "ÿ?>~/+"))

    assert set(cursor) <= set(string.ascii_letters + string.digits + "-_")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        "null",
        "not a cursor",
        "A",
        "é",
        POSITION,
        encode_cursor(POSITION) + "=",
        encode_cursor(POSITION) + "\n",
        encode_cursor(f"{POSITION}2")[:-1] + "h",
        forge(POSITION.encode()),
        forge(b"2" + POSITION.encode()),
        forge(b"1"),
        forge(b"11704067200000#"),
        forge(b"11704067200000"),
        forge(b"1-704067200000#tx"),
        forge("1\uff11704067200000#tx".encode()),
        forge(b"11704067200000#\xff"),
        forge(b"11704067200000#" + b"x" * 1011),
        "A" * 5000,
        forge(b"3"),
        forge(b"31704067200000"),
        forge(b"3170406720000#tx_001"),
        forge("3\u0661704067200000#tx".encode()),
        forge(b"41704067200000#tx"),
    ],
)
def test_any_other_text_is_refused(cursor):
    with pytest.raises(InvalidCursorError) as caught:
        decode_cursor(cursor)

    assert caught.value.faults[0].pointer == "/cursor"

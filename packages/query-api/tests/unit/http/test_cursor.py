import string
from base64 import urlsafe_b64encode

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
from query_api.http.cursor import decode_cursor, encode_cursor

POSITION = "1704067200000#tx_001"


def forge(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


@given(
    st.integers(0, MAX_CREATED_AT_MS),
    st.text(min_size=1).filter(lambda text: len(text.encode()) <= MAX_TRANSACTION_ID_BYTES),
)
def test_a_cursor_decodes_to_its_position(created_at, transaction_id):
    position = encode_notification_key(created_at, transaction_id)

    assert decode_cursor(encode_cursor(position)) == position


@given(st.text(min_size=1).filter(lambda text: len(text.encode()) <= MAX_SORT_KEY_BYTES))
def test_the_key_of_an_unreadable_row_has_a_cursor(position):
    assert decode_cursor(encode_cursor(position)) == position


def test_the_longest_position_has_a_cursor():
    position = encode_notification_key(MAX_CREATED_AT_MS, "é" * (MAX_TRANSACTION_ID_BYTES // 2))

    assert decode_cursor(encode_cursor(position)) == position


@given(st.text(alphabet=string.ascii_letters + string.digits + "-_", min_size=1))
def test_a_position_has_only_one_valid_cursor(cursor):
    try:
        position = decode_cursor(cursor)
    except InvalidCursorError:
        return

    assert encode_cursor(position) == cursor


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
    ],
)
def test_any_other_text_is_refused(cursor):
    with pytest.raises(InvalidCursorError) as caught:
        decode_cursor(cursor)

    assert caught.value.faults[0].pointer == "/cursor"

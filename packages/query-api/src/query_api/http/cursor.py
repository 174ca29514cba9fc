"""Cursors: where the next page begins, as an opaque text that fits into a URL.

A cursor holds a sort key and no partition, so a forged one reaches no row that the same query could
not return anyway.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Final, NamedTuple

from notification_models import InvalidRecordError, decode_notification_key
from notification_models.schema import FAILURE_INDEX
from notification_models.values import CREATED_AT_DIGITS, MAX_SORT_KEY_BYTES, is_digits
from query_api.exceptions import InvalidCursorError
from query_api.read_model.port import RowQuery

_NOTIFICATION_KEY: Final = b"1"
_OTHER_KEY: Final = b"2"
"""Of a row that cannot be read; a page may end at one."""
_WINDOW: Final = b"3"
"""The latest failures: before the key are the milliseconds of the window's start."""

_MAX_LENGTH: Final = -(-(len(_WINDOW) + CREATED_AT_DIGITS + MAX_SORT_KEY_BYTES) * 4 // 3)
_ALPHABET: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_LENGTH}}}")


class Cursor(NamedTuple):
    """Where a page begins.

    Attributes:
        position: a sort key; the page has only lower ones.
        created_from: start of the window of the latest failures, ms since the epoch. Without it,
            the default window would move between two pages.
    """

    position: str
    created_from: int | None = None


def create_next_cursor(query: RowQuery, next_position: str | None) -> str | None:
    """Create the cursor of the next page of a query; None after the last one."""
    if next_position is None:
        return None
    from_key = query.selection.from_key
    if query.index != FAILURE_INDEX or from_key is None:
        return encode_cursor(next_position)
    return encode_cursor(next_position, int(from_key[:CREATED_AT_DIGITS]))


def encode_cursor(position: str, created_from: int | None = None) -> str:
    """Encode a cursor as a text; see `Cursor`."""
    if created_from is not None:
        return _encode(_WINDOW, f"{str(created_from).zfill(CREATED_AT_DIGITS)}{position}")
    return _encode(_NOTIFICATION_KEY if _is_notification_key(position) else _OTHER_KEY, position)


def decode_cursor(text: str) -> Cursor:
    """Decode a cursor.

    Raises:
        InvalidCursorError: the text is not one of `encode_cursor`.
    """
    if not _ALPHABET.fullmatch(text):
        raise InvalidCursorError("Not a cursor of this service")
    try:
        decoded = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = _parse(decoded[:1], decoded[1:].decode())
    except (Base64Error, UnicodeDecodeError) as error:
        raise InvalidCursorError("Not a cursor of this service") from error
    # Base64 has several texts for the same bytes, and the kind may be wrong.
    is_key = 0 < len(cursor.position.encode()) <= MAX_SORT_KEY_BYTES
    if not is_key or encode_cursor(*cursor) != text:
        raise InvalidCursorError("Not a cursor of this service")
    return cursor


def _encode(kind: bytes, text: str) -> str:
    return urlsafe_b64encode(kind + text.encode()).rstrip(b"=").decode()


def _parse(kind: bytes, text: str) -> Cursor:
    created_from = text[:CREATED_AT_DIGITS]
    if kind == _WINDOW and is_digits(created_from):
        return Cursor(text[CREATED_AT_DIGITS:], int(created_from))
    return Cursor(text)


def _is_notification_key(position: str) -> bool:
    try:
        decode_notification_key(position)
    except InvalidRecordError:
        return False
    return True

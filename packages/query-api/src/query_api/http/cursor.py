"""Cursors: the position where the next page begins, as an opaque text that fits into a URL.

A cursor holds a sort key and no partition, so a forged one reaches no row that the same query could
not return anyway.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Final

from notification_models import InvalidRecordError, decode_notification_key
from notification_models.values import MAX_SORT_KEY_BYTES
from query_api.exceptions import InvalidCursorError

_NOTIFICATION_KEY: Final = b"1"
_OTHER_KEY: Final = b"2"
"""Of a row that cannot be read; a page may end at one."""

_MAX_LENGTH: Final = -(-(len(_NOTIFICATION_KEY) + MAX_SORT_KEY_BYTES) * 4 // 3)
_ALPHABET: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_LENGTH}}}")


def encode_cursor(position: str) -> str:
    """Encode a position, which is a sort key."""
    kind = _NOTIFICATION_KEY if _is_notification_key(position) else _OTHER_KEY
    return urlsafe_b64encode(kind + position.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> str:
    """Decode the position.

    Raises:
        InvalidCursorError: the cursor is not one of `encode_cursor`.
    """
    if not _ALPHABET.fullmatch(cursor):
        raise InvalidCursorError("Not a cursor of this service")
    try:
        position = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))[1:].decode()
    except (Base64Error, UnicodeDecodeError) as error:
        raise InvalidCursorError("Not a cursor of this service") from error
    # Base64 has several texts for the same bytes, and the kind may be wrong.
    if not position or encode_cursor(position) != cursor:
        raise InvalidCursorError("Not a cursor of this service")
    return position


def _is_notification_key(position: str) -> bool:
    try:
        decode_notification_key(position)
    except InvalidRecordError:
        return False
    return True

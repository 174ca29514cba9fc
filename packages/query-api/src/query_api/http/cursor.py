"""Cursors: the position where the next page begins, as an opaque text that fits into a URL.

A cursor holds a notification key and no partition, so a forged one reaches no row that the same
query could not return anyway.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import Final

from notification_models import InvalidRecordError, decode_notification_key
from notification_models.values import MAX_SORT_KEY_BYTES
from query_api.exceptions import InvalidCursorError

_VERSION: Final = b"1"
_MAX_LENGTH: Final = -(-(len(_VERSION) + MAX_SORT_KEY_BYTES) * 4 // 3)
_ALPHABET: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{_MAX_LENGTH}}}")


def encode_cursor(position: str) -> str:
    """Encode a position, which is a notification key."""
    return urlsafe_b64encode(_VERSION + position.encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> str:
    """Decode the position.

    Raises:
        InvalidCursorError: the cursor is not one of `encode_cursor`.
    """
    if not _ALPHABET.fullmatch(cursor):
        raise InvalidCursorError("Not a cursor of this service")
    try:
        content = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        position = content.removeprefix(_VERSION).decode()
        decode_notification_key(position)
    except (Base64Error, UnicodeDecodeError, InvalidRecordError) as error:
        raise InvalidCursorError("Not a cursor of this service") from error
    # Base64 has several texts for the same bytes, and the version may be missing.
    if encode_cursor(position) != cursor:
        raise InvalidCursorError("Not a cursor of this service")
    return position

"""What identifies a change that cannot be projected: enough to repair its record, and no image."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from notification_models import InvalidRecordError
from notification_models.values import MAX_PARTITION_KEY_BYTES, MAX_USER_ID_BYTES
from stream_processor.stream.stream_record import (
    RawStreamRecord,
    decode_event_name,
    decode_version,
)

# Longer than DynamoDB writes any number.
_MAX_NUMBER_BYTES: Final = 200


class ChangeIdentity(NamedTuple):
    """A change of a command record, as far as its stream record says so.

    Attributes:
        transaction_id, created_at: key of the command record, its number as on the wire; None if
            the stream record has no such key.
        user_ids: users under whom the change may have written or removed a row.
        version: the version of the change; None if the stream record has none.
        event_name: what happened; None if the stream record does not say so.
    """

    transaction_id: str | None
    created_at: str | None
    user_ids: tuple[str, ...]
    version: str | None
    event_name: str | None

    def __repr__(self) -> str:
        """Leave out the ids."""
        return f"ChangeIdentity({self.event_name}, {self.version})"


def identify_change(raw: RawStreamRecord) -> ChangeIdentity:
    """Return what a stream record of any form says; it may be any JSON."""
    change = _as_object(_as_object(raw).get("dynamodb"))
    old, new, keys = (_as_object(change.get(name)) for name in ("OldImage", "NewImage", "Keys"))
    return create_identity(
        transaction_id=_find_first((keys, new, old), "transaction_id", "S"),
        created_at=_find_first((keys, new, old), "created_at", "N"),
        user_ids=[_find_first([image], "user_id", "S") for image in (old, new)],
        version=_find(decode_version, raw),
        event_name=_find(decode_event_name, raw),
    )


def create_identity(
    *,
    transaction_id: object,
    created_at: object,
    user_ids: object,
    version: object,
    event_name: object,
) -> ChangeIdentity:
    """Create the identity from values of any type; what no key can hold counts as absent."""
    listed = user_ids if isinstance(user_ids, list) else []
    usable = (_find_text(user_id, MAX_USER_ID_BYTES) for user_id in listed)
    return ChangeIdentity(
        transaction_id=_find_text(transaction_id, MAX_PARTITION_KEY_BYTES),
        created_at=_find_text(created_at, _MAX_NUMBER_BYTES),
        user_ids=tuple(dict.fromkeys(user_id for user_id in usable if user_id is not None)),
        version=_find_text(version, MAX_PARTITION_KEY_BYTES),
        event_name=_find_text(event_name, MAX_PARTITION_KEY_BYTES),
    )


def _find_text(value: object, max_bytes: int) -> str | None:
    if not isinstance(value, str) or not value:
        return None
    try:
        return value if len(value.encode()) <= max_bytes else None
    except UnicodeEncodeError:
        # JSON can hold half of a character.
        return None


def _find_first(items: Iterable[Mapping[str, Any]], attribute: str, type_: str) -> object:
    """Return the first value of an attribute that has the type."""
    found = (_as_object(item.get(attribute)).get(type_) for item in items)
    return next((value for value in found if value is not None), None)


def _find(decode: Callable[[RawStreamRecord], str], raw: RawStreamRecord) -> str | None:
    try:
        return decode(raw)
    except InvalidRecordError:
        return None


def _as_object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}

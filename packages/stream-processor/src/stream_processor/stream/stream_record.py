"""A record of the command table's stream: decodes the form that Lambda delivers.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from notification_models import InvalidRecordError, Item, encode_version
from notification_models.values import MAX_CREATED_AT_MS, is_digits

RawStreamRecord: TypeAlias = Mapping[str, Any]
"""A stream record as parsed JSON. What is not one is decoded to `InvalidRecordError`."""

_STREAM_IN_ARN: Final = "/stream/"
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
_TTL_PRINCIPAL: Final = "dynamodb.amazonaws.com"


class EventName(StrEnum):
    """What happened to the command record."""

    INSERT = "INSERT"
    MODIFY = "MODIFY"
    REMOVE = "REMOVE"


_EVENT_NAMES: Final[Mapping[str, EventName]] = {each.value: each for each in EventName}


class StreamRecord(NamedTuple):
    """A change of one command record.

    Attributes:
        version: the version of the rows that this change writes.
        changed_at_ms: time of the change, milliseconds since the epoch. DynamoDB rounds it to whole
            seconds, so it cannot order changes.
        new_image: the item after the change; None for a REMOVE.
        old_image: the item before the change; None for an INSERT.
        is_expiry: whether DynamoDB removed the item because its time to live was over.
    """

    event_name: EventName
    version: str
    changed_at_ms: int
    new_image: Item | None
    old_image: Item | None
    is_expiry: bool

    def __repr__(self) -> str:
        """Leave out the images, which may hold personal data."""
        return f"StreamRecord({self.event_name}, {self.version})"


def decode_stream_record(raw: RawStreamRecord) -> StreamRecord:
    """Decode a stream record; its images stay in the wire format.

    Raises:
        InvalidRecordError: a required part is missing or invalid.
    """
    return StreamRecord(
        event_name=decode_event_name(raw),
        version=decode_version(raw),
        changed_at_ms=decode_time_ms(raw),
        new_image=_find_object(raw["dynamodb"], "NewImage"),
        old_image=_find_object(raw["dynamodb"], "OldImage"),
        is_expiry=(_find_object(raw, "userIdentity") or {}).get("principalId") == _TTL_PRINCIPAL,
    )


def decode_event_name(raw: RawStreamRecord) -> EventName:
    """Decode what happened.

    Raises:
        InvalidRecordError: it is missing or invalid.
    """
    try:
        return _EVENT_NAMES[_require(raw, "eventName")]
    except (LookupError, TypeError):
        raise InvalidRecordError("eventName", "is not INSERT, MODIFY or REMOVE") from None


def decode_version(raw: RawStreamRecord) -> str:
    """Decode the version of the change.

    Raises:
        InvalidRecordError: the stream's label or the sequence number is missing or invalid.
    """
    arn = _require(raw, "eventSourceARN")
    _, found, label = arn.rpartition(_STREAM_IN_ARN) if isinstance(arn, str) else ("", "", "")
    if not found or not label:
        raise InvalidRecordError("eventSourceARN", "is not the ARN of a DynamoDB stream")
    return encode_version(label, decode_sequence_number(raw))


def decode_sequence_number(raw: RawStreamRecord) -> str:
    """Decode the number that identifies the record in its stream.

    Raises:
        InvalidRecordError: it is missing or invalid.
    """
    number = _require(_require(raw, "dynamodb"), "SequenceNumber")
    if isinstance(number, str) and is_digits(number):
        return number
    raise InvalidRecordError("SequenceNumber", "is not a text of digits")


def decode_time_ms(raw: RawStreamRecord) -> int:
    """Decode the time of the change, milliseconds since the epoch.

    Raises:
        InvalidRecordError: it is missing or invalid.
    """
    time_s = _require(_require(raw, "dynamodb"), "ApproximateCreationDateTime")
    if isinstance(time_s, int | float) and 0 <= time_s * 1000 <= MAX_CREATED_AT_MS:
        return int(time_s * 1000)
    raise InvalidRecordError("ApproximateCreationDateTime", "is not a time in seconds")


def _find_object(parent: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    value = parent.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise InvalidRecordError(name, "is not an object")


def _require(parent: Any, name: str) -> Any:  # noqa: ANN401 - parsed JSON
    try:
        return parent[name]
    except (LookupError, TypeError):
        # No other JSON than an object has parts with names.
        raise InvalidRecordError(name, "is missing") from None

"""A record of the command table's stream: decodes the form that Lambda delivers.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from notification_models import InvalidRecordError, Item, encode_version

RawStreamRecord: TypeAlias = Mapping[str, Any]

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
    change = _require(raw, "dynamodb")
    return StreamRecord(
        event_name=_decode_event_name(raw),
        version=encode_version(_decode_stream_label(raw), _require(change, "SequenceNumber")),
        changed_at_ms=int(_require(change, "ApproximateCreationDateTime") * 1000),
        new_image=change.get("NewImage"),
        old_image=change.get("OldImage"),
        is_expiry=(raw.get("userIdentity") or {}).get("principalId") == _TTL_PRINCIPAL,
    )


def _decode_event_name(raw: RawStreamRecord) -> EventName:
    try:
        return _EVENT_NAMES[_require(raw, "eventName")]
    except (LookupError, TypeError):
        raise InvalidRecordError("eventName", "is not INSERT, MODIFY or REMOVE") from None


def _decode_stream_label(raw: RawStreamRecord) -> str:
    _, found, label = str(_require(raw, "eventSourceARN")).rpartition(_STREAM_IN_ARN)
    if not found or not label:
        raise InvalidRecordError("eventSourceARN", "is not the ARN of a DynamoDB stream")
    return label


def _require(mapping: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - parsed JSON
    try:
        return mapping[name]
    except KeyError:
        raise InvalidRecordError(name, "is missing") from None

"""Decodes the response of DynamoDB's Query straight into rows.

A decoder of exactly the items that the stream processor writes takes a quarter of the time. A
response with any other item goes to the models' codec, which defines what a row may look like; a
test holds both to the same results.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Final

import msgspec

from aws_client import ConnectionFailedError
from aws_client.operations import decode_json
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES
from notification_models.values import CREATED_AT_DIGITS, MAX_CREATED_AT_MS
from query_api.dynamodb.partition import KeyedRow, PartitionPage, PartitionRead
from query_api.dynamodb.query_codec import decode_page, find_text
from query_api.read_model.notification import Notification
from query_api.read_model.port import RowQuery
from query_api.read_model.queries import has_foreign_row

FOREIGN: Final = "RowsOfAnotherQuery"

_NonEmpty = Annotated[str, msgspec.Meta(min_length=1)]
# Decimal text on the wire, which the decoder converts since it is not strict.
_Whole = Annotated[int, msgspec.Meta(ge=0, le=MAX_CREATED_AT_MS)]


class Text(msgspec.Struct, gc=False):
    """A required text: `{"S": "…"}`."""

    S: _NonEmpty


class OptionalText(msgspec.Struct, frozen=True, gc=False):
    """A text, or any other type, which counts as absent."""

    S: _NonEmpty | None = None


class _Number(msgspec.Struct, gc=False):
    N: _Whole


class _OptionalNumber(msgspec.Struct, frozen=True, gc=False):
    N: _Whole | None = None


# For each served type: the type of its field, and the default if it is absent.
_WIRE_TYPES: Final[Mapping[Any, tuple[Any, ...]]] = {
    str: (Text,),
    str | None: (OptionalText, OptionalText()),
    int: (_Number,),
    int | None: (_OptionalNumber, _OptionalNumber()),
}


class Key(msgspec.Struct, gc=False):
    """What every item has."""

    notification_key: Text


class Envelope(msgspec.Struct, gc=False):
    """What a response must have for its rows to be decoded one by one."""

    Items: list[dict[str, Any]]
    LastEvaluatedKey: Key | msgspec.UnsetType = msgspec.UNSET


def _create_decoder() -> msgspec.json.Decoder[Any]:
    fields = [(name, *_WIRE_TYPES[type_]) for name, type_ in SERVED_ATTRIBUTES.items()]
    item = msgspec.defstruct("_Item", fields, bases=(Key,), kw_only=True, gc=False)
    response = msgspec.defstruct(
        "_Response",
        [("Items", list[item])],  # type: ignore[valid-type]  # mypy takes no type made at run time
        bases=(Envelope,),
        kw_only=True,
        gc=False,
    )
    return msgspec.json.Decoder(response, strict=False)


def _create_converter() -> Callable[[Any], Notification]:
    """Create the function that converts an item: `Notification(user_id=item.user_id.S, …)`.

    Its source is generated, as the methods of dataclasses are: with a loop over the attributes,
    decoding a response takes 15 % longer.
    """
    values = [
        f"{name}=item.{name}.{_WIRE_TYPES[SERVED_ATTRIBUTES[name]][0].__struct_fields__[0]}"
        for name in Notification.__struct_fields__
    ]
    source = f"lambda item: Notification({', '.join(values)})"
    converter: Callable[[Any], Notification] = eval(source, {"Notification": Notification})  # noqa: S307 - our own names
    return converter


_DECODER: Final = _create_decoder()
_ENVELOPE_DECODER: Final = msgspec.json.Decoder(Envelope)
_to_notification: Final = _create_converter()

# One line for each key, which takes half the time of one search for each. A key with a line break
# goes to the models' codec.
are_notification_keys: Final = re.compile(
    rf"(?:[0-9]{{{CREATED_AT_DIGITS}}}#.+(?:\n|\Z))*"
).fullmatch


def decode_response(body: bytes, query: RowQuery, read: PartitionRead) -> PartitionPage:
    """Decode the body of a response to a read for this query.

    Raises:
        UnavailableError: the body is not a response to a Query.
        ConnectionFailedError: it is the response to another Query.
    """
    return _decode_strictly(body, query, read) or _decode_tolerantly(body, query, read)


def _decode_strictly(body: bytes, query: RowQuery, read: PartitionRead) -> PartitionPage | None:
    """Decode a response with only items as the stream processor writes them; None for others."""
    try:
        response = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    keys = [item.notification_key.S for item in response.Items]
    if not are_notification_keys("\n".join(keys)):
        return None
    rows = [_to_notification(item) for item in response.Items]
    _check_owner(query, read, rows)
    keyed: list[KeyedRow] = list(zip(keys, rows, strict=True))
    if read.before_key in keys:  # see `query_codec`: BETWEEN includes it
        keyed = [each for each in keyed if each[0] != read.before_key]
    last_key = response.LastEvaluatedKey
    return PartitionPage(keyed, last_key.notification_key.S if last_key else None)


def _decode_tolerantly(body: bytes, query: RowQuery, read: PartitionRead) -> PartitionPage:
    decode_json(body, _ENVELOPE_DECODER.decode)
    response = decode_json(body, msgspec.json.decode)
    page = decode_page(response, read)
    _check_owner(query, read, [row for _, row in page.rows if isinstance(row, Notification)])
    key = (query.index or NOTIFICATION_RECORDS).partition_key.name
    if any(
        (find_text(item, key) or read.partition) != read.partition for item in response["Items"]
    ):
        raise ConnectionFailedError(FOREIGN)  # unreadable rows of others are not counted either
    return page


def _check_owner(query: RowQuery, read: PartitionRead, rows: Iterable[Notification]) -> None:
    """Refuse rows of others: none must reach them, even if the connection is out of step."""
    if has_foreign_row(query.index, (read.partition,), rows):
        raise ConnectionFailedError(FOREIGN)

"""Encodes the reads of a count, and decodes their responses.

Only what is counted is read: the sort key, which has the time; the attributes to group by; and the
partition key, so that a row of another partition is refused.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from aws_client import ConnectionFailedError
from aws_client.operations import decode_json
from notification_models import InvalidRecordError, decode_notification_key
from notification_models.attribute_value import decode_string, find_string
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.dynamodb.counting.plan import CountedPage, CountRead
from query_api.dynamodb.query_codec import check_attributes, encode_unlimited_query, find_text
from query_api.dynamodb.response import (
    FOREIGN,
    Envelope,
    Key,
    OptionalText,
    Text,
    are_notification_keys,
)
from query_api.read_model.counts import (
    COUNTED_ATTRIBUTES,
    STEP_DIGITS,
    TimeLabels,
    create_time_labels,
)
from query_api.read_model.port import CountQuery, Group, UnreadableRow

_SORT_KEY: Final = NOTIFICATION_RECORDS.sort_key.name

_decode_envelope: Final = msgspec.json.Decoder(Envelope).decode

_Column: TypeAlias = Callable[[Sequence[Any], Sequence[str]], Iterable[str | None]]
"""The values of one name in `by`, from items and their notification keys."""


class CountCodec:
    """Encodes and decodes the reads of one count."""

    def __init__(self, table_name: str, query: CountQuery) -> None:
        self._table_name = table_name
        self._rows = query.rows
        self._partition = (query.rows.index or NOTIFICATION_RECORDS).partition_key.name
        self._attributes = tuple(name for name in COUNTED_ATTRIBUTES if name in query.by)
        self._item, self._decoder = _create_types(self._partition, self._attributes)
        self._columns = _create_columns(query)

    def encode(self, read: CountRead) -> dict[str, Any]:
        """Return the parameters of the Query for one read."""
        request = encode_unlimited_query(
            self._table_name, self._rows, read.partition, read.before_key
        )
        request["ExpressionAttributeNames"] |= {
            "#key": _SORT_KEY,
            **{f"#{name}": name for name in self._attributes},
        }
        request["ProjectionExpression"] = ", ".join(
            ["#partition", "#key", *[f"#{name}" for name in self._attributes]]
        )
        return request

    def decode(self, body: bytes, read: CountRead) -> CountedPage:
        """Decode the body of a response.

        Raises:
            UnavailableError: the body is not a response to a Query.
            ConnectionFailedError: it is the response to another Query.
        """
        return self._decode_strictly(body, read) or self._decode_tolerantly(body, read)

    def _decode_strictly(self, body: bytes, read: CountRead) -> CountedPage | None:
        """Decode a response with only items as the processor writes them; None for others."""
        try:
            response = self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        keys = [item.notification_key.S for item in response.Items]
        if not are_notification_keys("\n".join(keys)):
            return None
        _check_partition([item.partition.S for item in response.Items], read)
        return self._build_page(response.LastEvaluatedKey, keys, response.Items, read)

    def _decode_tolerantly(self, body: bytes, read: CountRead) -> CountedPage:
        response = decode_json(body, _decode_envelope)
        keys: list[str] = []
        items: list[Any] = []
        unreadable: list[tuple[str | None, UnreadableRow]] = []
        for raw in response.Items:
            try:
                item_key, item = self._convert(raw)
            except InvalidRecordError as error:
                fault = UnreadableRow(error.attribute, error.reason)
                unreadable.append((find_text(raw, _SORT_KEY), fault))
            else:
                keys.append(item_key)
                items.append(item)
        _check_partition([find_text(raw, self._partition) for raw in response.Items], read)
        page = self._build_page(response.LastEvaluatedKey, keys, items, read)
        return msgspec.structs.replace(
            page,
            unreadable=[
                (key, row) for key, row in unreadable if key not in {None, read.before_key}
            ],
            without_key=[row for key, row in unreadable if key is None],
        )

    def _convert(self, raw: dict[str, Any]) -> tuple[str, Any]:
        """Return the key of an item that may be none of the processor's, and a typed item."""
        check_attributes(raw, (_SORT_KEY, *self._attributes))
        key = decode_string(raw, _SORT_KEY)
        decode_notification_key(key)
        found = {name: OptionalText(find_string(raw, name)) for name in self._attributes}
        return key, self._item(notification_key=Text(key), partition=Text(""), **found)

    def _build_page(
        self, last_key: Key | msgspec.UnsetType, keys: list[str], items: list[Any], read: CountRead
    ) -> CountedPage:
        while keys and keys[0] == read.before_key:  # see `query_codec`: BETWEEN includes it
            del keys[0], items[0]
        return CountedPage(
            keys=keys,
            groups=self._group(items, keys),
            frontier=last_key.notification_key.S if last_key else None,
        )

    def _group(self, items: list[Any], keys: list[str]) -> list[Group]:
        """Return the group of each item; equal ones are one object.

        A page may be held back. With an object for each item it would outgrow the CPU's cache, and
        a count take half as long again.
        """
        if not self._columns:
            return [()] * len(items)
        columns = [column(items, keys) for column in self._columns]
        first: dict[Group, Group] = {}
        return [first.setdefault(group, group) for group in zip(*columns, strict=True)]


def _check_partition(partitions: Iterable[str | None], read: CountRead) -> None:
    """Refuse rows of others: none is counted, even if the connection is out of step."""
    if not {read.partition, None}.issuperset(partitions):
        raise ConnectionFailedError(FOREIGN)


@lru_cache(maxsize=64)
def _create_types(
    partition: str, attributes: tuple[str, ...]
) -> tuple[type[Any], msgspec.json.Decoder[Any]]:
    """Create the type of an item that has only these attributes, and the decoder of a response."""
    item = msgspec.defstruct(
        "_CountedItem",
        [("partition", Text), *((name, OptionalText, OptionalText()) for name in attributes)],
        bases=(Key,),
        kw_only=True,
        gc=False,
        rename={"partition": partition},
    )
    response = msgspec.defstruct(
        "_CountedResponse",
        [("Items", list[item])],  # type: ignore[valid-type]  # mypy takes no type made at run time
        bases=(Envelope,),
        kw_only=True,
        gc=False,
    )
    return item, msgspec.json.Decoder(response)


def _create_columns(query: CountQuery) -> list[_Column]:
    labels = create_time_labels(ZoneInfo(query.time_zone))
    return [
        _create_time_column(labels[name]) if name in labels else _create_text_column(name)
        for name in query.by
    ]


def _create_text_column(name: str) -> _Column:
    get = attrgetter(name)
    return lambda items, _: [text.S for text in map(get, items)]


def _create_time_column(labels: TimeLabels) -> _Column:
    return lambda _, keys: [labels[key[:STEP_DIGITS]] for key in keys]

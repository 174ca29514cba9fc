"""Encodes a read of one partition for DynamoDB's Query operation and decodes its response.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any, Final

from notification_models import (
    InvalidRecordError,
    decode_notification_key,
    decode_notification_record,
)
from notification_models.attribute_value import decode_string, encode_string
from notification_models.schema import NOTIFICATION_RECORDS
from notification_models.served_attributes import SERVED_ATTRIBUTES
from query_api.dynamodb.partition import PartitionPage, PartitionRead
from query_api.read_model.notification import Notification, encode_notification
from query_api.read_model.port import RowQuery, Selection, UnreadableRow

_SORT_KEY: Final = NOTIFICATION_RECORDS.sort_key.name
_READ_ATTRIBUTES: Final = (_SORT_KEY, *SERVED_ATTRIBUTES)
_TOMBSTONE_MARK: Final = "deleted_at"


def encode_query(table_name: str, query: RowQuery, read: PartitionRead) -> dict[str, Any]:
    """Return the parameters of the Query for one read."""
    request = encode_unlimited_query(table_name, query, read.partition, read.before_key)
    # One row more for the one that BETWEEN includes; see _add_bounds.
    is_between = query.selection.from_key is not None and read.before_key is not None
    request["Limit"] = read.limit + is_between
    return request


def encode_unlimited_query(
    table_name: str, query: RowQuery, partition: str, before_key: str | None
) -> dict[str, Any]:
    """Return the parameters of a Query for the rows of a partition below a key."""
    keyed = query.index or NOTIFICATION_RECORDS
    request: dict[str, Any] = {
        "TableName": table_name,
        "KeyConditionExpression": "#partition = :partition",
        "ExpressionAttributeNames": {"#partition": keyed.partition_key.name},
        "ExpressionAttributeValues": {":partition": encode_string(partition)},
        "ScanIndexForward": False,
    }
    if query.index:
        request["IndexName"] = query.index.name
    _add_bounds(request, query.selection.from_key, before_key)
    _add_filter(request, query.selection, skip_tombstones=query.index is None)
    return request


def decode_page(response: Mapping[str, Any], read: PartitionRead) -> PartitionPage:
    """Decode the response to a read, row by row.

    Args:
        response: its items are objects, its last evaluated key is a key.
    """
    keyed = [(find_text(item, _SORT_KEY), _decode_row(item)) for item in response["Items"]]
    last_key = response.get("LastEvaluatedKey")
    return PartitionPage(
        rows=[
            (key, row)
            for key, row in keyed
            if key is not None and key != read.before_key  # see _add_bounds
        ],
        frontier=last_key[_SORT_KEY]["S"] if last_key else None,
        without_key=tuple(
            row for key, row in keyed if key is None and isinstance(row, UnreadableRow)
        ),
    )


def find_text(item: Mapping[str, Any], attribute: str) -> str | None:
    """Find a text of an item that may be none of the stream processor's."""
    value = item.get(attribute)
    text = value.get("S") if isinstance(value, Mapping) else None
    return text if isinstance(text, str) and text else None


def _decode_row(item: Mapping[str, Any]) -> Notification | UnreadableRow:
    try:
        check_attributes(item, _READ_ATTRIBUTES)
        decode_notification_key(decode_string(item, _SORT_KEY))
        return encode_notification(decode_notification_record(item))
    except InvalidRecordError as error:
        return UnreadableRow(error.attribute, error.reason)


def check_attributes(item: Mapping[str, Any], names: Iterable[str]) -> None:
    """Check that attributes are at least objects, if they are there.

    Raises:
        InvalidRecordError: one is not.
    """
    for name in names:
        if not isinstance(item.get(name, {}), Mapping):
            raise InvalidRecordError(name, "is not an attribute value")


def _add_bounds(request: dict[str, Any], from_key: str | None, before_key: str | None) -> None:
    """Bound the sort key, for which Query allows one condition.

    Both bounds together need BETWEEN, which includes the upper one: whoever decodes the response
    drops that row.
    """
    if from_key is None and before_key is None:
        return
    if from_key is None:
        condition = "#key < :before"
    elif before_key is None:
        condition = "#key >= :from"
    else:
        condition = "#key BETWEEN :from AND :before"
    request["KeyConditionExpression"] += f" AND {condition}"
    request["ExpressionAttributeNames"]["#key"] = _SORT_KEY
    for placeholder, bound in ((":from", from_key), (":before", before_key)):
        if bound is not None:
            request["ExpressionAttributeValues"][placeholder] = encode_string(bound)


def _add_filter(request: dict[str, Any], selection: Selection, *, skip_tombstones: bool) -> None:
    conditions = []
    if skip_tombstones:
        conditions.append(f"attribute_not_exists(#{_TOMBSTONE_MARK})")
        request["ExpressionAttributeNames"][f"#{_TOMBSTONE_MARK}"] = _TOMBSTONE_MARK
    # Numbered, because an attribute may be filtered twice: /query/fail adds its own status.
    number = count()
    for name, values in selection.filters:
        placeholders = {f":filter{next(number)}": encode_string(value) for value in values}
        listed = ", ".join(placeholders)
        conditions.append(f"#{name} = {listed}" if len(values) == 1 else f"#{name} IN ({listed})")
        request["ExpressionAttributeNames"][f"#{name}"] = name
        request["ExpressionAttributeValues"] |= placeholders
    if conditions:
        request["FilterExpression"] = " AND ".join(conditions)

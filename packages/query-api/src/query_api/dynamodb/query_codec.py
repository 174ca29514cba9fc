"""Encodes a read of one partition for DynamoDB's Query operation and decodes its response.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

from collections.abc import Mapping
from typing import Any, Final

from notification_models import decode_notification_record
from notification_models.attribute_value import encode_string
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.dynamodb.paging import PartitionPage, PartitionRead
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import RowQuery, Selection

_SORT_KEY: Final = NOTIFICATION_RECORDS.sort_key.name
_TOMBSTONE_MARK: Final = "deleted_at"


def encode_query(table_name: str, query: RowQuery, read: PartitionRead) -> dict[str, Any]:
    """Return the parameters of the Query for one read."""
    keyed = query.index or NOTIFICATION_RECORDS
    request: dict[str, Any] = {
        "TableName": table_name,
        "KeyConditionExpression": "#partition = :partition",
        "ExpressionAttributeNames": {"#partition": keyed.partition_key.name},
        "ExpressionAttributeValues": {":partition": encode_string(read.partition)},
        "ScanIndexForward": False,
        "Limit": read.limit,
    }
    if query.index:
        request["IndexName"] = query.index.name
    _add_bounds(request, query.selection.from_key, read.before_key)
    _add_filter(request, query.selection, skip_tombstones=query.index is None)
    return request


def decode_page(response: Mapping[str, Any], read: PartitionRead) -> PartitionPage:
    """Decode the response to a read.

    Raises:
        InvalidRecordError: a row is not one that the stream processor writes.
    """
    keyed = ((item[_SORT_KEY]["S"], item) for item in response["Items"])
    last_key = response.get("LastEvaluatedKey")
    return PartitionPage(
        rows=[
            (key, encode_notification(decode_notification_record(item)))
            for key, item in keyed
            if key != read.before_key  # see _add_bounds
        ],
        frontier=last_key[_SORT_KEY]["S"] if last_key else None,
    )


def _add_bounds(request: dict[str, Any], from_key: str | None, before_key: str | None) -> None:
    """Bound the sort key, for which Query allows one condition.

    Both bounds together need BETWEEN, which includes the upper one: `decode_page` drops that row,
    so the limit is one higher.
    """
    if from_key is None and before_key is None:
        return
    if from_key is None:
        condition = "#key < :before"
    elif before_key is None:
        condition = "#key >= :from"
    else:
        condition = "#key BETWEEN :from AND :before"
        request["Limit"] += 1
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
    for number, (name, value) in enumerate(selection.filters):
        conditions.append(f"#{name} = :filter{number}")
        request["ExpressionAttributeNames"][f"#{name}"] = name
        request["ExpressionAttributeValues"][f":filter{number}"] = encode_string(value)
    if conditions:
        request["FilterExpression"] = " AND ".join(conditions)

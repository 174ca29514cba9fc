"""DynamoDB's Query over the read model's rows in memory, for every request of the query API.

`Limit`, filters, projection and the end of a page work as documented for Query.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from notification_models import Item
from notification_models.schema import NOTIFICATION_RECORDS

_SORT_KEY = "notification_key"
_PARTITION_KEYS = {
    None: NOTIFICATION_RECORDS.partition_key.name,
    **{index.name: index.partition_key.name for index in NOTIFICATION_RECORDS.indexes},
}


class DynamoDBTable:
    """A table and its indexes.

    Args:
        page_rows: rows at which a page ends, as that of DynamoDB does at 1 MB.
    """

    def __init__(self, items: Iterable[Item], page_rows: int) -> None:
        self.page_rows = page_rows
        self.requests: list[Mapping[str, Any]] = []
        self._partitions: dict[tuple[str, str], list[Item]] = defaultdict(list)
        for item in items:
            for name in _PARTITION_KEYS.values():
                if name in item:
                    self._partitions[name, item[name]["S"]].append(item)
        for partition in self._partitions.values():
            partition.sort(key=lambda item: item[_SORT_KEY]["S"].encode(), reverse=True)

    def respond(self, request: Mapping[str, Any]) -> bytes:
        """Return the body of the response to a Query that reads backwards."""
        assert request["ScanIndexForward"] is False
        self.requests.append(request)
        partition_key = _PARTITION_KEYS[request.get("IndexName")]
        names = request["ExpressionAttributeNames"]
        values = request["ExpressionAttributeValues"]
        assert names["#partition"] == partition_key
        partition = self._partitions.get((partition_key, values[":partition"]["S"]), [])
        selected = [
            item
            for item in partition
            if _is_in_range(request["KeyConditionExpression"], values, item[_SORT_KEY]["S"])
        ]
        length = min(self.page_rows, request.get("Limit", self.page_rows))
        evaluated = selected[:length]
        shown = [
            _project(item, request)
            for item in evaluated
            if _matches(request.get("FilterExpression"), names, values, item)
        ]
        response: dict[str, Any] = {"Items": shown, "Count": len(shown)}
        if len(evaluated) == length:  # as DynamoDB: a page that is full has a last key
            response["LastEvaluatedKey"] = {
                name: evaluated[-1][name] for name in (partition_key, _SORT_KEY)
            }
        return json.dumps(response, ensure_ascii=False).encode()


def _is_in_range(condition: str, values: Mapping[str, Any], key: str) -> bool:
    low = values[":from"]["S"] if ":from" in values else ""
    before = values[":before"]["S"] if ":before" in values else None
    match condition.removeprefix("#partition = :partition"):
        case "":
            return True
        case " AND #key < :before":
            return before is not None and key < before
        case " AND #key >= :from":
            return key >= low
        case " AND #key BETWEEN :from AND :before":
            return before is not None and low <= key <= before
    raise AssertionError(condition)


def _matches(
    expression: str | None, names: Mapping[str, str], values: Mapping[str, Any], item: Item
) -> bool:
    return all(
        _matches_part(part, names, values, item)
        for part in (expression.split(" AND ") if expression else [])
    )


def _matches_part(
    part: str, names: Mapping[str, str], values: Mapping[str, Any], item: Item
) -> bool:
    if part.startswith("attribute_not_exists("):
        return names[part[len("attribute_not_exists(") : -1]] not in item
    name, operator, accepted = part.split(" ", 2)
    assert operator in {"=", "IN"}
    return item.get(names[name]) in [values[each] for each in accepted.strip("()").split(", ")]


def _project(item: Item, request: Mapping[str, Any]) -> Item:
    if "ProjectionExpression" not in request:
        return item
    names = request["ExpressionAttributeNames"]
    projected = [names[name] for name in request["ProjectionExpression"].split(", ")]
    return {name: item[name] for name in projected if name in item}

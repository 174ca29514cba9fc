"""DynamoDB's Query over sorted rows in memory, as fast as DynamoDB.

The emulator scans a whole partition for every Query, so that a large campaign takes longer than any
deadline. This server knows only the requests of the query API; `Limit`, filters and the size of a
response work as documented for Query.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
"""

import asyncio
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from notification_models import Item
from testing.fault_server import Act, Exchange, encode_response

_MAX_RESPONSE_BYTES = 1024 * 1024
_SORT_KEY = "notification_key"


class SortedRows:
    """Rows by partition, in the order of their sort key.

    Attributes:
        reads: responses so far.
    """

    def __init__(self, items: Iterable[Item], partition_key: str) -> None:
        self._partitions: dict[str, list[Item]] = defaultdict(list)
        for item in items:
            self._partitions[item[partition_key]["S"]].append(item)
        for partition in self._partitions.values():
            partition.sort(key=_get_sort_key)
        self.reads = 0
        self._sizes = {id(each): len(json.dumps(each)) for each in items}

    def query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the response to a Query that reads backwards."""
        assert request["ScanIndexForward"] is False
        values = {name: value["S"] for name, value in request["ExpressionAttributeValues"].items()}
        candidates = self._select(request["KeyConditionExpression"], values)
        evaluated = self._take(candidates, request["Limit"])
        self.reads += 1
        matches = _make_filter(request, values)
        response: dict[str, Any] = {"Items": [each for each in evaluated if matches(each)]}
        if len(evaluated) == request["Limit"] or len(evaluated) < len(candidates):
            response["LastEvaluatedKey"] = {_SORT_KEY: evaluated[-1][_SORT_KEY]}
        return response

    def _select(self, condition: str, values: Mapping[str, str]) -> list[Item]:
        partition = self._partitions.get(values[":partition"], [])
        start, end = 0, len(partition)
        if condition == "#partition = :partition AND #key < :before":
            end = bisect_left(partition, values[":before"], key=_get_sort_key)
        elif condition == "#partition = :partition AND #key BETWEEN :from AND :before":
            start = bisect_left(partition, values[":from"], key=_get_sort_key)
            end = bisect_right(partition, values[":before"], key=_get_sort_key)
        else:
            assert condition == "#partition = :partition"
        return partition[start:end][::-1]

    def _take(self, candidates: list[Item], limit: int) -> list[Item]:
        size = 0
        for count, item in enumerate(candidates[:limit]):
            size += self._sizes[id(item)]
            if size > _MAX_RESPONSE_BYTES:
                return candidates[:count]
        return candidates[:limit]


def respond_to_queries(rows: SortedRows, delay_s: float) -> Act:
    """Respond to Query only, after a delay."""

    async def act(exchange: Exchange) -> None:
        assert exchange.headers["x-amz-target"] == "DynamoDB_20120810.Query"
        body = json.dumps(rows.query(json.loads(exchange.body))).encode()
        await asyncio.sleep(delay_s)
        exchange.writer.write(encode_response(200, body))

    return act


def _make_filter(request: Mapping[str, Any], values: Mapping[str, str]) -> Callable[[Item], bool]:
    expression = request.get("FilterExpression", "")
    pairs = [part.split(" = ") for part in expression.split(" AND ") if part]
    wanted = [
        (request["ExpressionAttributeNames"][name], {"S": values[value]}) for name, value in pairs
    ]
    return lambda item: all(item.get(name) == value for name, value in wanted)


def _get_sort_key(item: Item) -> str:
    key: str = item[_SORT_KEY]["S"]
    return key

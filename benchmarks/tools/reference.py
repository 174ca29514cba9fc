"""Plain loops over boto3's client that do what the operator tools do, one call after another."""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeAlias

import boto3

from benchmarks.aws_environment import make_aws_environment
from benchmarks.processor.reference import KEPT
from notification_models import encode_marketing_shard

_Item: TypeAlias = dict[str, Any]

_COMMANDS: Final = "command-records"
_ROWS: Final = "notification-records"
_PAGE_ITEMS: Final = 100  # the most keys of BatchGetItem


def make_rebuild(url: str) -> Callable[[int], None]:
    """Return a loop that writes the rows of all command records that have none."""
    tables = _Tables(url)

    def rebuild(records: int) -> None:
        written = 0
        for sources in tables.scan(_COMMANDS):
            rows = [_project(source) for source in sources]
            found = {_row_key(row) for row in tables.get(_ROWS, [_encode_key(row) for row in rows])}
            for row in rows:
                if _row_key(row) not in found:
                    tables.put_if_absent(row)
                    written += 1
        if written != records:
            raise AssertionError(f"{written} rows written, {records} records")

    return rebuild


def make_verify(url: str) -> Callable[[int], None]:
    """Return loops that compare all command records with their rows, and all rows with theirs."""
    tables = _Tables(url)

    def verify(records: int) -> None:
        agreed = sum(_count_agreed(page, tables) for page in tables.scan(_COMMANDS))
        agreed += sum(_count_called_for(page, tables) for page in tables.scan(_ROWS))
        if agreed != 2 * records:
            raise AssertionError(f"{agreed} agree, {records} records")

    return verify


class _Tables:
    """Both tables, through boto3's client."""

    def __init__(self, url: str) -> None:
        os.environ.update(make_aws_environment(url))
        self._client = boto3.client("dynamodb")

    def scan(self, table: str) -> Iterator[list[Any]]:
        pages = self._client.get_paginator("scan").paginate(
            TableName=table, PaginationConfig={"PageSize": _PAGE_ITEMS}
        )
        return (page["Items"] for page in pages)

    def get(self, table: str, keys: Sequence[Any]) -> list[Any]:
        response = self._client.batch_get_item(
            RequestItems={table: {"Keys": keys, "ConsistentRead": True}}
        )
        items: list[Any] = response["Responses"][table]
        return items

    def put_if_absent(self, row: _Item) -> None:
        self._client.put_item(
            TableName=_ROWS,
            Item={**row, "version": {"S": "0"}},
            ConditionExpression="attribute_not_exists(version)",
        )


def _count_agreed(sources: Sequence[_Item], tables: _Tables) -> int:
    """Count the command records whose row is right."""
    expected = [_project(source) for source in sources]
    found = tables.get(_ROWS, [_encode_key(row) for row in expected])
    rows = {_row_key(row): row for row in found}
    return sum(_agrees(rows[_row_key(row)], row) for row in expected)


def _count_called_for(rows: Sequence[_Item], tables: _Tables) -> int:
    """Count the rows whose command record calls for them."""
    keys = [{name: row[name] for name in ("transaction_id", "created_at")} for row in rows]
    projected = [_project(source) for source in tables.get(_COMMANDS, keys)]
    expected = {_row_key(row): row for row in projected}
    return sum(_agrees(row, expected[_row_key(row)]) for row in rows)


def _agrees(row: _Item, expected: _Item) -> bool:
    return {name: value for name, value in row.items() if name != "version"} == expected


def _project(source: _Item) -> _Item:
    row: _Item = {name: source[name] for name in KEPT if name in source}
    transaction_id = source["transaction_id"]["S"]
    row["notification_key"] = {"S": f"{int(source['created_at']['N']):013d}#{transaction_id}"}
    if "marketing_id" in source:
        shard = encode_marketing_shard(source["marketing_id"]["S"], transaction_id)
        row["marketing_shard"] = {"S": shard}
    return row


def _encode_key(row: _Item) -> _Item:
    return {name: row[name] for name in ("user_id", "notification_key")}


def _row_key(row: _Item) -> tuple[str, str]:
    return row["user_id"]["S"], row["notification_key"]["S"]

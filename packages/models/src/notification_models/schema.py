"""Tables and indexes as data, for the CDK app, the local stack and the services."""

from typing import Any, Final, Literal, NamedTuple


class KeyAttribute(NamedTuple):
    """An attribute of a key; `type` is DynamoDB's scalar type."""

    name: str
    type: Literal["S", "N"]


class Index(NamedTuple):
    """A global secondary index that projects all attributes."""

    name: str
    partition_key: KeyAttribute
    sort_key: KeyAttribute


class Table(NamedTuple):
    """A table: its keys and indexes, and optionally a stream and a TTL attribute."""

    name: str
    partition_key: KeyAttribute
    sort_key: KeyAttribute
    indexes: tuple[Index, ...] = ()
    stream_view_type: Literal["NEW_AND_OLD_IMAGES"] | None = None
    ttl_attribute: str | None = None


COMMAND_RECORDS: Final = Table(
    name="command-records",
    partition_key=KeyAttribute("transaction_id", "S"),
    sort_key=KeyAttribute("created_at", "N"),
    stream_view_type="NEW_AND_OLD_IMAGES",
)

_NOTIFICATION_KEY: Final = KeyAttribute("notification_key", "S")

MARKETING_INDEX: Final = Index(
    name="marketing_id-index",
    partition_key=KeyAttribute("marketing_shard", "S"),
    sort_key=_NOTIFICATION_KEY,
)

TRANSACTION_INDEX: Final = Index(
    name="transaction_id-index",
    partition_key=KeyAttribute("transaction_id", "S"),
    sort_key=_NOTIFICATION_KEY,
)

FAILURE_INDEX: Final = Index(
    name="failure_shard-index",
    partition_key=KeyAttribute("failure_shard", "S"),
    sort_key=_NOTIFICATION_KEY,
)

NOTIFICATION_RECORDS: Final = Table(
    name="notification-records",
    partition_key=KeyAttribute("user_id", "S"),
    sort_key=_NOTIFICATION_KEY,
    indexes=(MARKETING_INDEX, TRANSACTION_INDEX, FAILURE_INDEX),
    ttl_attribute="expires_at",
)


def encode_create_table(table: Table) -> dict[str, Any]:
    """Encode the CreateTable request of a table, billed on demand.

    CreateTable cannot set the TTL attribute; UpdateTimeToLive does.

    Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
    """
    keyed: tuple[Table | Index, ...] = (table, *table.indexes)
    attributes = {key.name: key for each in keyed for key in (each.partition_key, each.sort_key)}
    request: dict[str, Any] = {
        "TableName": table.name,
        "KeySchema": _encode_key_schema(table),
        "AttributeDefinitions": [
            {"AttributeName": key.name, "AttributeType": key.type} for key in attributes.values()
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    if table.indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": index.name,
                "KeySchema": _encode_key_schema(index),
                "Projection": {"ProjectionType": "ALL"},
            }
            for index in table.indexes
        ]
    if table.stream_view_type:
        request["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream_view_type,
        }
    return request


def _encode_key_schema(keyed: Table | Index) -> list[dict[str, str]]:
    return [
        {"AttributeName": keyed.partition_key.name, "KeyType": "HASH"},
        {"AttributeName": keyed.sort_key.name, "KeyType": "RANGE"},
    ]

"""Writes rows to the read model, each only over an older version."""

from typing import Final, Protocol

from msgspec import Struct
from msgspec.json import Decoder, Encoder

from aws_client import (
    AwsClient,
    AwsError,
    ConditionFailedError,
    HttpResponse,
    InvalidRequestError,
)
from aws_client.operations import PUT_ITEM, decode_json
from notification_models import Row, Tombstone, encode_row
from stream_processor.exceptions import InvalidRowError, ReadModelWriteError

_IF_ABSENT_OR_OLDER: Final = "attribute_not_exists(#version) OR #version < :version"

_encode: Final = Encoder().encode


class _Text(Struct, frozen=True):
    S: str = ""


class _Overwritten(Struct, frozen=True):
    version: _Text = _Text()


class _Response(Struct, frozen=True):
    """PutItem's response: `Attributes` are those of the item that was written over."""

    Attributes: _Overwritten = _Overwritten()


_decode: Final = Decoder(_Response).decode


class ReadModelWriter(Protocol):
    """Port: writes projected rows."""

    async def write(self, row: Row | Tombstone) -> str | None:
        """Write a row or tombstone if the read model has none or an older one.

        Writes of different rows may run at once. A write that is cancelled may have been applied.

        Returns:
            The version that was written over, empty if there was none; None if the read model has
            the same or a newer version, so nothing was written.

        Raises:
            InvalidRowError: it can never be applied.
            ReadModelWriteError: it may or may not have been applied; repeating the write is safe.
        """


class DynamoDBReadModelWriter:
    """The port over a DynamoDB table: one conditional PutItem for each row."""

    def __init__(self, client: AwsClient, table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    async def write(self, row: Row | Tombstone) -> str | None:
        """See `ReadModelWriter.write`."""
        item = encode_row(row)
        request = {
            "TableName": self._table_name,
            "Item": item,
            # It makes the operation safe to repeat.
            "ConditionExpression": _IF_ABSENT_OR_OLDER,
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":version": item["version"]},
            "ReturnValues": "ALL_OLD",
        }
        try:
            return await self._client.call(PUT_ITEM, _encode(request), _decode_overwritten)
        except ConditionFailedError:
            return None
        except InvalidRequestError as error:
            raise InvalidRowError(error.code) from error
        except AwsError as error:
            raise ReadModelWriteError(error.code, is_retry_safe=error.is_retry_safe) from error


def _decode_overwritten(response: HttpResponse) -> str:
    return decode_json(response.body, _decode).Attributes.version.S

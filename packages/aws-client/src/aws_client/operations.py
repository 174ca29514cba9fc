"""AWS's operations as data, and the decoders of their responses.

Sources:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote

import msgspec

from aws_client.connection import HttpResponse
from aws_client.errors import UnavailableError

ResultT = TypeVar("ResultT")

Service: TypeAlias = Literal["dynamodb", "lambda", "sqs"]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operation that is safe to repeat: a POST of JSON.

    Attributes:
        headers: names in lower case.
        path: percent-encoded, behind the endpoint's own.
    """

    service: Service
    headers: Mapping[str, str]
    path: str = "/"


def _target(service: Service, target: str) -> Operation:
    headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": target}
    return Operation(service, headers)


BATCH_GET_ITEM: Final = _target("dynamodb", "DynamoDB_20120810.BatchGetItem")
BATCH_WRITE_ITEM: Final = _target("dynamodb", "DynamoDB_20120810.BatchWriteItem")
"""Safe to repeat if writing the same items again does no harm."""
DELETE_ITEM: Final = _target("dynamodb", "DynamoDB_20120810.DeleteItem")
"""Safe to repeat, unless a condition requires that the item exists."""
DESCRIBE_TABLE: Final = _target("dynamodb", "DynamoDB_20120810.DescribeTable")
PUT_ITEM: Final = _target("dynamodb", "DynamoDB_20120810.PutItem")
"""Safe to repeat only with a condition, or if writing the same item again does no harm."""
QUERY: Final = _target("dynamodb", "DynamoDB_20120810.Query")
SCAN: Final = _target("dynamodb", "DynamoDB_20120810.Scan")
SEND_MESSAGE: Final = _target("sqs", "AmazonSQS.SendMessage")
"""Safe to repeat only if a message that is delivered twice does no harm."""


def create_invoke(function_name: str) -> Operation:
    """Create the operation that invokes a Lambda function.

    Args:
        function_name: a name or an ARN, with or without a qualifier.
    """
    path = f"/2015-03-31/functions/{quote(function_name, safe='')}/invocations"
    return Operation("lambda", {"content-type": "application/json"}, path)


def decode_json(body: bytes, decode: Callable[[bytes], ResultT]) -> ResultT:
    """Decode a body with a msgspec decoder.

    Raises:
        UnavailableError: the body is not of the decoder's type.
    """
    try:
        return decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        # Not chained: msgspec's text may hold a part of the body.
        raise UnavailableError(type(error).__name__) from None


_decode_object: Final = msgspec.json.Decoder(dict[str, Any]).decode


def decode_object(response: HttpResponse) -> dict[str, Any]:
    """Decode the JSON object that every operation of DynamoDB and SQS returns.

    Raises:
        UnavailableError: the body is not a JSON object, such as a proxy's page.
    """
    return decode_json(response.body, _decode_object)

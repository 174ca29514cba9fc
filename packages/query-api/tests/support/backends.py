"""The backends of the service, each over a faulty server, and a query that both can run."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from query_api.query_lambda.codec import encode_page
from query_api.read_model.notification import Notification
from query_api.read_model.port import Page, ReadModel, RowQuery, Selection

QUERY = RowQuery(index=None, groups=(("u",),), selection=Selection(limit=10))
ITEM = {
    "user_id": {"S": "u"},
    "notification_key": {"S": "0000000000001#tx"},
    "transaction_id": {"S": "tx"},
    "created_at": {"N": "1"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "SENT"},
    "platform": {"S": "IOS"},
    "version": {"S": "2024#1"},
}
PAGE = Page(
    (
        Notification(
            user_id="u",
            transaction_id="tx",
            created_at=1,
            notification_title="新年快樂 🎉",
            status="SENT",
            platform="IOS",
        ),
    ),
    None,
)


def _encode(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


# What DynamoDB and the query Lambda respond to `QUERY`.
DYNAMODB_BODY = _encode({"Items": [ITEM], "Count": 1, "ScannedCount": 1})
LAMBDA_BODY = _encode(encode_page(PAGE))


@dataclass(frozen=True, slots=True)
class Backend:
    """A read model over a faulty server.

    Attributes:
        make_at: creates the read model with that server at a URL.
        body: of the response to `QUERY`.
    """

    make_at: Callable[..., ReadModel]
    body: bytes

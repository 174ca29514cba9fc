"""DynamoDB's answer to a Query, read straight into the rows of an answer.

Rows that the stream processor writes are read by a decoder made for exactly their shape, which
takes a quarter of the time. Whatever it does not know is left to the models' codec, which says what
a row may look like; a test holds both to the same results.
"""

from typing import Annotated, Final

import msgspec

from notification_models.values import MAX_CREATED_AT_MS
from query_api.dynamodb.paging import PartitionPage, PartitionRead
from query_api.dynamodb.query_codec import decode_page
from query_api.exceptions import UnavailableError
from query_api.read_model.notification import Notification


class _Text(msgspec.Struct, gc=False):
    S: Annotated[str, msgspec.Meta(min_length=1)]


class _Timestamp(msgspec.Struct, gc=False):
    # A decimal text on the wire; the decoder below is told to take such for numbers.
    N: Annotated[int, msgspec.Meta(ge=0, le=MAX_CREATED_AT_MS)]


class _Item(msgspec.Struct, gc=False):
    notification_key: _Text
    user_id: _Text
    transaction_id: _Text
    created_at: _Timestamp
    notification_title: _Text
    status: _Text
    platform: _Text
    marketing_id: _Text | None = None
    error_msg: _Text | None = None
    ap_id: _Text | None = None

    def to_notification(self) -> Notification:
        return Notification(
            user_id=self.user_id.S,
            transaction_id=self.transaction_id.S,
            created_at=self.created_at.N,
            marketing_id=self.marketing_id.S if self.marketing_id else None,
            notification_title=self.notification_title.S,
            status=self.status.S,
            platform=self.platform.S,
            error_msg=self.error_msg.S if self.error_msg else None,
            ap_id=self.ap_id.S if self.ap_id else None,
        )


class _Key(msgspec.Struct, gc=False):
    notification_key: _Text


class _Answer(msgspec.Struct, gc=False):
    Items: list[_Item]
    LastEvaluatedKey: _Key | None = None


_DECODER: Final = msgspec.json.Decoder(_Answer, strict=False)


def decode_answer(body: bytes, read: PartitionRead) -> PartitionPage:
    """Read the body of an answer.

    Raises:
        InvalidRecordError: a row is not one that the stream processor writes.
        UnavailableError: this is no answer to a Query.
    """
    try:
        answer = _DECODER.decode(body)
    except msgspec.ValidationError:
        return _decode_tolerantly(body, read)
    except msgspec.DecodeError as error:
        raise UnavailableError("DynamoDB's answer is not JSON") from error
    last_key = answer.LastEvaluatedKey
    return PartitionPage(
        # The bound itself may be among them: see `query_codec`.
        rows=[
            (item.notification_key.S, item.to_notification())
            for item in answer.Items
            if read.before_key != item.notification_key.S
        ],
        frontier=last_key.notification_key.S if last_key else None,
    )


def _decode_tolerantly(body: bytes, read: PartitionRead) -> PartitionPage:
    answer = msgspec.json.decode(body)
    if not isinstance(answer, dict) or "Items" not in answer:
        raise UnavailableError("DynamoDB's answer is not one to a Query")
    return decode_page(answer, read)

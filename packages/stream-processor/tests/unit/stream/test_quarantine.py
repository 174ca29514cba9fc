import json

import pytest

from notification_models import InvalidRecordError
from stream_processor.stream.change_identity import ChangeIdentity, identify_change
from stream_processor.stream.quarantine import decode_message, encode_message

POISON = InvalidRecordError("user_id", "is missing")
# SQS limits a queue's messages to between 1 KiB and 1 MiB; 256 KiB was the limit of all until 2025.
MAX_MESSAGE_BYTES = 256 * 1024


def test_a_message_has_identity_and_reason(make_record, make_item):
    record = make_record(7, old=make_item(), new=make_item(user_id=None))

    message = json.loads(encode_message(record, POISON))

    assert message == {
        "attribute": "user_id",
        "reason": "is missing",
        "transaction_id": "tx_001",
        "created_at": "1704067200000",
        "user_ids": ["test_user_001"],
        "version": "2026-11-23T09:00:00.000#" + "7".zfill(40),
        "event_name": "MODIFY",
    }


@pytest.mark.parametrize("record", ["whole", None, {"dynamodb": {"Keys": {}}}])
def test_a_message_is_decoded_to_its_identity(make_record, make_item, record):
    change = make_record(7, new=make_item()) if record == "whole" else record

    assert decode_message(encode_message(change, POISON)) == identify_change(change)


def test_a_message_holds_no_content(make_record, make_item):
    item = make_item(
        notification_title="canary", payload="canary", error_msg="canary", ap_id="canary"
    )

    message = encode_message(make_record(7, old=item, new=item), POISON)

    assert "canary" not in message


@pytest.mark.parametrize("character", ["a", "\0", "中", "🎉"])
def test_a_message_of_the_largest_record_fits_the_queue(make_record, make_item, character):
    longest = character * (2048 // len(character.encode()))
    item = make_item(payload=character * 100_000)
    item |= {"transaction_id": {"S": longest}, "user_id": {"S": longest}}
    other = item | {"user_id": {"S": longest[:-1] + "x"}}

    message = encode_message(make_record(7, old=item, new=other), POISON)

    assert len(decode_message(message).user_ids) == 2
    assert len(message.encode()) < MAX_MESSAGE_BYTES


def test_parts_of_other_types_count_as_absent():
    body = json.dumps(
        {"transaction_id": 5, "created_at": [], "user_ids": "ab", "version": {}, "event_name": 1}
    )

    assert decode_message(body) == ChangeIdentity(None, None, (), None, None)


@pytest.mark.parametrize("body", ["text", "[]", "5", "{}", '{"record": {}}', "[" * 200_000])
def test_a_foreign_message_is_an_error(body):
    with pytest.raises((ValueError, LookupError, TypeError, RecursionError)):
        decode_message(body)

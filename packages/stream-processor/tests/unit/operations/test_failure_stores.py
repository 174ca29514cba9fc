"""Behaviour of a queue after minutes, which a test with the emulator would have to wait for."""

from types import SimpleNamespace

import pytest

from notification_models import InvalidRecordError
from stream_processor.operations.failure_stores import QuarantineQueue
from stream_processor.stream.quarantine import encode_message

POISON = InvalidRecordError("user_id", "is missing")


class NotInflightError(Exception):
    pass


class FakeSQS:
    """A queue that hides no message, so that every message reappears at once."""

    exceptions = SimpleNamespace(MessageNotInflight=NotInflightError)

    def __init__(self, *bodies):
        self._messages = [
            {"MessageId": str(number), "ReceiptHandle": f"handle {number}", "Body": body}
            for number, body in enumerate(bodies)
        ]
        self.shown = []

    def receive_message(self, **_):
        return {"Messages": self._messages}

    def change_message_visibility(self, *, ReceiptHandle, **_):  # noqa: N803 - the API's name
        self.shown.append(ReceiptHandle)
        raise NotInflightError


@pytest.fixture
def sqs(make_record, make_item):
    return FakeSQS(*(encode_message(make_record(n, new=make_item()), POISON) for n in range(3)))


def test_a_message_that_reappears_is_not_listed_again(sqs):
    entries = list(QuarantineQueue(sqs, "url").list_entries())

    assert [entry.name for entry in entries] == ["0", "1", "2"]


def test_a_message_that_is_no_longer_hidden_is_no_error(sqs):
    queue = QuarantineQueue(sqs, "url")
    for entry in queue.list_entries():
        queue.release(entry)

    assert sorted(sqs.shown) == ["handle 0", "handle 1", "handle 2"]

"""What a queue does only after minutes, and the emulator therefore not in a test."""

import json
from types import SimpleNamespace

import pytest

from stream_processor.operations.failure_stores import QuarantineQueue


class NotInflightError(Exception):
    pass


class FakeSQS:
    """A queue whose messages are hidden from nobody, so that they come back at once."""

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
    return FakeSQS(*(json.dumps({"record": make_record(n, new=make_item())}) for n in range(3)))


def test_a_message_that_comes_back_is_not_given_again(sqs):
    entries = list(QuarantineQueue(sqs, "url").list_entries())

    assert [entry.name for entry in entries] == ["0", "1", "2"]


def test_a_message_that_is_hidden_no_more_need_not_be_shown(sqs):
    queue = QuarantineQueue(sqs, "url")
    for entry in queue.list_entries():
        queue.release(entry)

    assert sorted(sqs.shown) == ["handle 0", "handle 1", "handle 2"]

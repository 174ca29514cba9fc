"""The quarantine queue and the on-failure bucket, with boto3's methods that redrive calls."""

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final

from botocore.exceptions import ClientError, EndpointConnectionError

from aws_client import InvalidRequestError
from trials.checker.actors import Program

_MAX_MESSAGE_BYTES: Final = 256 * 1024


@dataclass(slots=True)
class _Message:
    body: str
    sent_ms: int
    shown_from_ms: int = 0
    handle: str = ""


@dataclass(slots=True)
class Queue:
    """Messages by id; receiving one hides it for a time."""

    chance: random.Random
    now_ms: Callable[[], int]
    messages: dict[str, _Message] = field(default_factory=dict)
    sent: int = 0

    def send(self, body: str) -> None:
        """Add a message.

        Raises:
            InvalidRequestError: it is too long.
        """
        if len(body.encode()) > _MAX_MESSAGE_BYTES:
            raise InvalidRequestError("InvalidParameterValue")
        self.sent += 1
        self.messages[f"message-{self.sent}"] = _Message(body, self.now_ms())

    def receive(self, count: int, hidden_s: int) -> list[dict[str, str]]:
        """Return some messages, rarely also hidden ones: delivery is at least once."""
        now_ms = self.now_ms()
        shown = [
            name
            for name, message in self.messages.items()
            if message.shown_from_ms <= now_ms or self.chance.random() < 0.01  # noqa: PLR2004
        ]
        received = []
        for name in self.chance.sample(shown, min(count, len(shown))):
            message = self.messages[name]
            message.shown_from_ms = now_ms + hidden_s * 1000
            message.handle = f"{name}/{now_ms}"
            fields = {"MessageId": name, "ReceiptHandle": message.handle, "Body": message.body}
            received.append(fields)
        return received


@dataclass(slots=True)
class Bucket:
    """Objects by key."""

    objects: dict[str, bytes] = field(default_factory=dict)
    added: int = 0

    def add_invocation_record(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Add the invocation record of a discarded batch, as Lambda does."""
        payload = json.dumps({"Records": records})
        body = {"version": "1.0", "payload": payload, "responseContext": {"statusCode": 200}}
        self.add(json.dumps(body))

    def add(self, body: str) -> None:
        """Add an object."""
        self.added += 1
        self.objects[f"aws/lambda/{self.added:06}"] = body.encode()


class _Caller:
    """Lets each call be one step, and some calls fail."""

    def __init__(self, program: Program, chance: random.Random, failure_rate: float) -> None:
        self._program = program
        self._chance = chance
        self._failure_rate = failure_rate

    @contextmanager
    def _calling(self) -> Iterator[None]:
        """Fail before or after the call is done, or not at all."""
        self._program.step()
        is_failing = self._chance.random() < self._failure_rate
        if is_failing and self._chance.random() < 0.5:  # noqa: PLR2004
            raise EndpointConnectionError(endpoint_url="https://failed.example")
        yield
        if is_failing:
            raise EndpointConnectionError(endpoint_url="https://failed.example")


class _Exceptions:
    class MessageNotInflight(Exception):  # noqa: N818 - SQS's name
        """See SQS."""


class SqsClient(_Caller):
    """boto3's client of SQS, for one program."""

    exceptions = _Exceptions

    def __init__(
        self, program: Program, chance: random.Random, failure_rate: float, queue: Queue
    ) -> None:
        super().__init__(program, chance, failure_rate)
        self._queue = queue

    def receive_message(
        self,
        *,
        MaxNumberOfMessages: int,  # noqa: N803 - boto3's name
        VisibilityTimeout: int,  # noqa: N803
        **_: object,
    ) -> dict[str, Any]:
        """See SQS's ReceiveMessage."""
        with self._calling():
            return {"Messages": self._queue.receive(MaxNumberOfMessages, VisibilityTimeout)}

    def delete_message(self, *, ReceiptHandle: str, **_: object) -> None:  # noqa: N803
        """See SQS's DeleteMessage."""
        with self._calling():
            self._queue.messages.pop(ReceiptHandle.partition("/")[0], None)

    def change_message_visibility(
        self,
        *,
        ReceiptHandle: str,  # noqa: N803
        VisibilityTimeout: int,  # noqa: N803
        **_: object,
    ) -> None:
        """See SQS's ChangeMessageVisibility."""
        with self._calling():
            message = self._queue.messages.get(ReceiptHandle.partition("/")[0])
            if message is None or message.handle != ReceiptHandle:
                raise _Exceptions.MessageNotInflight
            message.shown_from_ms = self._queue.now_ms() + VisibilityTimeout * 1000


class S3Client(_Caller):
    """boto3's client of S3, for one program."""

    def __init__(
        self, program: Program, chance: random.Random, failure_rate: float, bucket: Bucket
    ) -> None:
        super().__init__(program, chance, failure_rate)
        self._bucket = bucket

    def get_paginator(self, _name: str) -> "S3Client":
        """Return the paginator of ListObjectsV2."""
        return self

    def paginate(self, **_: object) -> Iterator[dict[str, Any]]:
        """See S3's ListObjectsV2."""
        with self._calling():
            names = sorted(self._bucket.objects)
        for name in names:
            yield {"Contents": [{"Key": name}]}

    def get_object(self, *, Key: str, **_: object) -> dict[str, Any]:  # noqa: N803
        """See S3's GetObject."""
        with self._calling():
            if Key not in self._bucket.objects:
                raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
            return {"Body": BytesIO(self._bucket.objects[Key])}

    def delete_object(self, *, Key: str, **_: object) -> None:  # noqa: N803
        """See S3's DeleteObject."""
        with self._calling():
            self._bucket.objects.pop(Key, None)

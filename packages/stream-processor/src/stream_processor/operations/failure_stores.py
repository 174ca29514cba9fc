"""The failure stores on AWS: the quarantine queue and the on-failure bucket."""

import json
from collections.abc import Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from stream_processor.aws.errors import wrapping_errors
from stream_processor.exceptions import FailureStoreError
from stream_processor.operations.redrive import FailureEntry, create_entry
from stream_processor.stream.change_identity import identify_change
from stream_processor.stream.quarantine import decode_message

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

_MAX_MESSAGES: Final = 10
_HIDDEN_S: Final = 600
# Any wait makes SQS query all of its servers, so that an empty response means an empty queue.
_WAIT_S: Final = 1
# Of the objects that an event source mapping writes.
_PREFIX: Final = "aws/lambda/"
_DELETED: Final = "NoSuchKey"
# A text nested too deeply for the parser is a RecursionError.
_UNREADABLE: Final = (ValueError, LookupError, TypeError, RecursionError)


class QuarantineQueue:
    """The messages of the quarantine: one change each."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url
        self._released: list[str] = []

    def list_entries(self) -> Generator[FailureEntry, None, None]:
        """See `FailureStore.list_entries`.

        A listed message is hidden from every reader until the listing ends, or for ten minutes.
        If it reappears in a longer listing, it is not listed again.
        """
        listed: set[str] = set()
        try:
            while messages := self._receive():
                fresh = [each for each in messages if each["MessageId"] not in listed]
                if not fresh:
                    return
                for message in fresh:
                    listed.add(message["MessageId"])
                    yield _decode_entry(message)
        finally:
            self._show_released()

    def delete(self, entry: FailureEntry) -> None:
        """See `FailureStore.delete`."""
        with wrapping_errors(FailureStoreError):
            self._client.delete_message(QueueUrl=self._queue_url, ReceiptHandle=entry.handle)

    def release(self, entry: FailureEntry) -> None:
        """See `FailureStore.release`.

        The message is shown when the listing ends, so that the listing does not receive it twice.
        """
        self._released.append(entry.handle)

    def _receive(self) -> "list[MessageTypeDef]":
        with wrapping_errors(FailureStoreError):
            response = self._client.receive_message(
                QueueUrl=self._queue_url,
                MaxNumberOfMessages=_MAX_MESSAGES,
                VisibilityTimeout=_HIDDEN_S,
                WaitTimeSeconds=_WAIT_S,
            )
        return response.get("Messages", [])

    def _show_released(self) -> None:
        while self._released:
            with (
                wrapping_errors(FailureStoreError),
                # After the ten minutes SQS has shown it by itself.
                suppress(self._client.exceptions.MessageNotInflight),
            ):
                self._client.change_message_visibility(
                    QueueUrl=self._queue_url,
                    ReceiptHandle=self._released.pop(),
                    VisibilityTimeout=0,
                )


class OnFailureBucket:
    """The invocation records that an event source mapping writes to its on-failure bucket.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def list_entries(self) -> Generator[FailureEntry, None, None]:
        """See `FailureStore.list_entries`."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=_PREFIX
        )
        with wrapping_errors(FailureStoreError):
            names = [each["Key"] for page in pages for each in page.get("Contents", [])]
        for name in names:
            entry = self._find_entry(name)
            if entry is not None:
                yield entry

    def delete(self, entry: FailureEntry) -> None:
        """See `FailureStore.delete`."""
        with wrapping_errors(FailureStoreError):
            self._client.delete_object(Bucket=self._bucket, Key=entry.handle)

    def release(self, entry: FailureEntry) -> None:
        """See `FailureStore.release`: an object stays unless it is deleted."""

    def _find_entry(self, name: str) -> FailureEntry | None:
        """Read an entry; None if another redrive has deleted it since it was listed."""
        try:
            with wrapping_errors(FailureStoreError):
                body = self._client.get_object(Bucket=self._bucket, Key=name)["Body"].read()
        except FailureStoreError as error:
            if error.code != _DELETED:
                raise
            return None
        return _decode_object(name, body)


def _decode_object(name: str, body: bytes) -> FailureEntry:
    try:
        payload = json.loads(body)["payload"]
        # The documentation does not say whether the event is text or an object.
        event = json.loads(payload) if isinstance(payload, str) else payload
        identities = [identify_change(record) for record in _require_list(event["Records"])]
    except _UNREADABLE:
        return FailureEntry(name, name, defect="it is not an invocation record with its event")
    return create_entry(name, name, identities)


def _require_list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _decode_entry(message: "MessageTypeDef") -> FailureEntry:
    name, handle = message["MessageId"], message["ReceiptHandle"]
    try:
        identity = decode_message(message["Body"])
    except _UNREADABLE:
        return FailureEntry(name, handle, defect="it is not a quarantined change")
    return create_entry(name, handle, [identity])

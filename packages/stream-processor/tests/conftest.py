import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from notification_models import CommandRecord, encode_command_record
from notification_models.schema import NOTIFICATION_RECORDS, encode_create_table
from stream_processor.operations.repair import Repairer
from stream_processor.stream.handler import StreamHandler

from .support.fakes import Context, InMemoryCommandTable, InMemoryQuarantine, InMemoryReadModel
from .support.memory_loop import MemoryLoop

STREAM_ARN = (
    "arn:aws:dynamodb:ap-southeast-1:123456789012:table/command-records"
    "/stream/2026-11-23T09:00:00.000"
)


@pytest.fixture
def commands():
    return InMemoryCommandTable()


@pytest.fixture
def read_model():
    return InMemoryReadModel()


@pytest.fixture
def repairer(commands, read_model):
    return Repairer(commands, read_model, now_s=lambda: 1_800_000_000)


@pytest.fixture
def quarantine():
    return InMemoryQuarantine()


@pytest.fixture(scope="session")
def executor():
    with ThreadPoolExecutor(8) as pool:
        yield pool


@pytest.fixture
def runner():
    with asyncio.Runner(loop_factory=MemoryLoop) as runner:
        yield runner


@pytest.fixture
def handler(read_model, quarantine, runner):
    return StreamHandler(read_model, quarantine, runner)


@pytest.fixture
def make_item():
    """Create a command record's item; an attribute given as None is left out."""

    def make(**changes):
        attributes = {
            "transaction_id": "tx_001",
            "created_at": 1_704_067_200_000,
            "user_id": "test_user_001",
            "notification_title": "新年快樂",
            "status": "SENT",
            "platform": "IOS",
            "marketing_id": "campaign_2024_new_year",
            "ap_id": "mobile-app-001",
            "device_token": "canary-token",
        }
        missing = [name for name, value in changes.items() if value is None]
        changed = {name: value for name, value in changes.items() if value is not None}
        item = encode_command_record(CommandRecord(**(attributes | changed)))
        return {name: value for name, value in item.items() if name not in missing}

    return make


@pytest.fixture
def make_record():
    """Create a raw stream record in the form that Lambda delivers."""

    def make(sequence, *, old=None, new=None, stream_arn=STREAM_ARN):
        name = "MODIFY" if old and new else "INSERT" if new else "REMOVE"
        image = new or old
        change = {
            "ApproximateCreationDateTime": 1_704_067_260.0,
            "Keys": {key: image[key] for key in ("transaction_id", "created_at") if key in image},
            "SequenceNumber": str(sequence),
            "SizeBytes": 1,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        }
        change |= {"OldImage": old} if old else {}
        change |= {"NewImage": new} if new else {}
        return {
            "eventID": f"event-{sequence}",
            "eventName": name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": "ap-southeast-1",
            "dynamodb": change,
            "eventSourceARN": stream_arn,
        }

    return make


@pytest.fixture
def deliver(handler):
    """Invoke the handler; return the sequence number it reports, or None for full success."""

    def invoke(*records):
        failures = handler({"Records": list(records)}, Context())["batchItemFailures"]
        assert len(failures) <= 1
        return failures[0]["itemIdentifier"] if failures else None

    return invoke


@pytest.fixture
def keep_log_format():
    """Restore the formats of the root logger's handlers after a test that changes them."""
    formatters = [(each, each.formatter) for each in logging.getLogger().handlers]
    yield
    for handler, formatter in formatters:
        handler.setFormatter(formatter)


@pytest.fixture
def read_table(aws_client):
    """A client of an account of its own that has the table of the read model."""
    client = aws_client("dynamodb")
    client.create_table(**encode_create_table(NOTIFICATION_RECORDS))
    return client

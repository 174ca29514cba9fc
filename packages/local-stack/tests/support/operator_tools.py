"""Starts the operator tools beside a running stack, and gives them something to redrive."""

import os
import shutil
import subprocess
import sysconfig

from local_stack.emulator.resources import ON_FAILURE_BUCKET
from local_stack.event_source.delivery import DiscardedBatch
from local_stack.event_source.on_failure import OnFailureDestination

TIMEOUT_S = 120


def start_stream_processor(stack, *arguments):
    """Start the command `stream-processor` with the settings that `query-service up` prints."""
    command = shutil.which("stream-processor", path=sysconfig.get_path("scripts"))
    assert command
    environment = {
        "AWS_ENDPOINT_URL": stack.emulator_url,
        "QUARANTINE_QUEUE_URL": stack.quarantine_queue_url,
        "FAILURES_BUCKET": ON_FAILURE_BUCKET,
    }
    return subprocess.Popen(
        [command, *arguments],
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def discard_insert(stack, image):
    """Write an insert of a command record to the on-failure bucket, as the event source does."""
    record = {
        "eventName": "INSERT",
        "eventSourceARN": "arn:aws:dynamodb:r:1:table/command-records/stream/"
        "2026-01-01T00:00:00.000",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_704_067_260,
            "Keys": {name: image[name] for name in ("transaction_id", "created_at")},
            "NewImage": image,
            "SequenceNumber": "1" * 21,
        },
    }
    destination = OnFailureDestination(stack.aws.s3, ON_FAILURE_BUCKET, "arn:aws:lambda", "shard")
    destination.send(DiscardedBatch((record,), "RetryAttemptsExhausted", 11))

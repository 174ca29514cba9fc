"""The stream processor as deployed."""

import os
from collections.abc import Callable

from benchmarks.aws_environment import make_aws_environment
from benchmarks.processor.batches import Batch
from benchmarks.processor.lambda_context import LambdaContext
from stream_processor.lambda_handlers import project_stream


def make_ours(url: str) -> Callable[[Batch], None]:
    """Return the Lambda function with default settings."""
    os.environ.update(make_aws_environment(url), QUARANTINE_QUEUE_URL=f"{url}/quarantine")

    def handle(batch: Batch) -> None:
        response = project_stream(batch, LambdaContext())
        if response["batchItemFailures"]:
            raise AssertionError("the handler reported a failure")

    return handle

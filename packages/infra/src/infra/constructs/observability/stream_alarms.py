"""The alarms of the way from the command side to the read model, and of the tables."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.alarm import NO_DATA_IS_NO_NEWS, NO_DATA_IS_WELL, Alarm
from infra.constructs.observability.watched_resources import MINUTE, WatchedStream, WatchedTable

MAX_AGE_MS: Final = 60_000

_HOUR: Final = Duration.hours(1)


def list_processor_alarms(stream: WatchedStream) -> list[Alarm]:
    """List what makes the read model late; Lambda counts only when there are records."""
    return [
        Alarm(
            name="stream-age",
            meaning="The read model is more than a minute behind the command records.",
            metric=stream.processor.metric(
                "IteratorAge", statistic=cloudwatch.Stats.MAXIMUM, period=MINUTE
            ),
            threshold=MAX_AGE_MS,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="processor-errors",
            meaning="The stream processor fails as a whole; Lambda tries the batches again.",
            metric=stream.processor.metric_errors(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="processor-throttles",
            meaning="The stream processor has no concurrency left.",
            metric=stream.processor.metric_throttles(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        ),
    ]


def list_failure_alarms(stream: WatchedStream) -> list[Alarm]:
    """List what makes the read model wrong, and needs somebody to mend it."""
    return [
        Alarm(
            name="quarantine",
            meaning="Poison records are in the quarantine and wait for a redrive.",
            metric=stream.quarantine.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
            ),
            threshold=1,
            # SQS stops counting a queue that nobody has used for hours, and that is empty then.
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="stream-failures",
            meaning="Lambda gave records up and put them into the bucket of failures.",
            metric=stream.count_given_up(),
            threshold=1,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="stream-failures-lost",
            meaning="Lambda gave records up and could not even keep them.",
            metric=stream.count_lost(),
            threshold=1,
            no_data=NO_DATA_IS_WELL,
        ),
        Alarm(
            name="read-model-differences",
            meaning="Verify found rows that are missing, stale or left over.",
            metric=stream.emitted("Differences", statistic=cloudwatch.Stats.MAXIMUM, period=_HOUR),
            threshold=1,
            # Between two runs nothing is known but what the last one found.
            no_data=NO_DATA_IS_NO_NEWS,
        ),
        Alarm(
            name="verify-errors",
            meaning="Verify failed or ran out of time, so nobody knows whether both sides agree.",
            metric=stream.verify.metric_errors(period=_HOUR),
            threshold=1,
            no_data=NO_DATA_IS_NO_NEWS,
        ),
    ]


def list_table_alarms(tables: Sequence[WatchedTable]) -> list[Alarm]:
    """List the throttled reads and writes of each table with its indexes."""
    return [
        Alarm(
            name=f"{table.schema.name}-{kind.lower()}-throttles",
            meaning=f"DynamoDB throttles {kind.lower()}s of {table.schema.name} or its indexes.",
            metric=table.count_throttled(kind),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_WELL,
        )
        for table in tables
        for kind in ("Read", "Write")
    ]

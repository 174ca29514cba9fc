"""Alarms on the stream, the failure stores, verify and the tables."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.alarms.alarm import (
    NO_DATA_IS_BAD,
    NO_DATA_IS_OK,
    NO_DATA_KEEPS_STATE,
    Alarm,
)
from infra.constructs.observability.watched_resources import MINUTE, WatchedStream, WatchedTable
from notification_models.schema import COMMAND_RECORDS

MAX_AGE_MS: Final = 60_000

_HOUR: Final = Duration.hours(1)
_HALF_HOUR: Final = Duration.minutes(30)


def list_processor_alarms(stream: WatchedStream) -> list[Alarm]:
    """List the alarms on a late read model; Lambda emits data only while there are records."""
    return [
        Alarm(
            name="stream-age",
            severity="Page",
            meaning="The read model is more than a minute behind the command records.",
            metric=stream.processor.metric(
                "IteratorAge", statistic=cloudwatch.Stats.MAXIMUM, period=MINUTE
            ),
            threshold=MAX_AGE_MS,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="processor-errors",
            severity="Ticket",
            meaning="Invocations of the stream processor fail; Lambda retries their batches.",
            metric=stream.processor.metric_errors(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="processor-throttles",
            severity="Ticket",
            meaning="The stream processor has no concurrency left.",
            metric=stream.processor.metric_throttles(period=MINUTE),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
    ]


def list_silence_alarms(stream: WatchedStream, commands: WatchedTable) -> list[Alarm]:
    """List the alarms on what has stopped: all others stay quiet then, for want of data."""
    return [
        Alarm(
            name="stream-unread",
            severity="Page",
            meaning="Command records are written, but nothing invokes the stream processor.",
            metric=stream.count_unread(commands, _HALF_HOUR),
            threshold=1,
            # In a single period, a write at its end may be read after it.
            periods=2,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="verify-missing",
            severity="Ticket",
            meaning="Verify has reported no result for three hours, so differences go unnoticed.",
            metric=stream.count_missed_verifications(_HOUR),
            threshold=1,
            periods=3,
            no_data=NO_DATA_IS_BAD,
        ),
    ]


def list_failure_alarms(stream: WatchedStream) -> list[Alarm]:
    """List the alarms on a wrong read model, which somebody must repair."""
    return [
        Alarm(
            name="quarantine",
            severity="Ticket",
            meaning="Poison records wait in the quarantine for a redrive.",
            metric=stream.quarantine.metric_approximate_number_of_messages_visible(
                period=MINUTE, statistic=cloudwatch.Stats.MAXIMUM
            ),
            threshold=1,
            # SQS emits no data for a queue that was empty and unused for hours.
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="stream-failures",
            severity="Ticket",
            meaning="Lambda discarded stream records and stored them in the on-failure bucket.",
            metric=stream.count_discarded(),
            threshold=1,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="stream-failures-lost",
            severity="Page",
            meaning="Lambda discarded stream records and could not store them.",
            metric=stream.count_lost(),
            threshold=1,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="read-model-differences",
            severity="Ticket",
            meaning="Verify found rows that are missing, stale or orphaned.",
            metric=stream.get_emitted(
                "Differences", statistic=cloudwatch.Stats.MAXIMUM, period=_HOUR
            ),
            threshold=1,
            # Verify runs once an hour; between two runs the alarm keeps its state.
            no_data=NO_DATA_KEEPS_STATE,
        ),
        Alarm(
            name="verify-errors",
            severity="Ticket",
            meaning="Verify failed or timed out, so differences may go unnoticed.",
            metric=stream.verify.metric_errors(period=_HOUR),
            threshold=1,
            no_data=NO_DATA_KEEPS_STATE,
        ),
    ]


def list_table_alarms(tables: Sequence[WatchedTable]) -> list[Alarm]:
    """List the alarms on throttled reads and writes of each table and its indexes."""
    return [
        Alarm(
            name=f"{table.schema.name}-{kind.lower()}-throttles",
            severity="Page" if (table.schema, kind) == (COMMAND_RECORDS, "Write") else "Ticket",
            meaning=f"DynamoDB throttles {kind.lower()}s of {table.schema.name} or its indexes.",
            metric=table.count_throttled(kind),
            threshold=1,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        )
        for table in tables
        for kind in ("Read", "Write")
    ]

"""What a soak does when all is written: redrive, verify, count what is set aside."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from local_stack.emulator.aws_access import create_client, create_session
from local_stack.emulator.tables import FAILURES_BUCKET
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.redrive import redrive
from stream_processor.operations.repair import Repairer
from stream_processor.operations.verify import Verifier, VerifyCounts
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import Segment


def connect(url):
    session = create_session()
    return SimpleNamespace(
        dynamodb=create_client(session, "dynamodb", url),
        sqs=create_client(session, "sqs", url),
        s3=create_client(session, "s3", url),
    )


def redrive_all(aws, queue_url):
    """Redrive both stores; count entries by what became of them."""
    repairer = Repairer(_commands(aws), _read_model(aws))
    outcomes = Counter()
    for name, store in {
        "S3": OnFailureBucket(aws.s3, FAILURES_BUCKET),
        "queue": QuarantineQueue(aws.sqs, queue_url),
    }.items():
        for entry in redrive(store, repairer):
            outcomes[f"{name}: {'kept' if entry.remaining else 'redriven'}"] += 1
    return dict(outcomes)


def count_poison(aws, queue_url):
    """Count the records that are set aside, each once."""
    entries = [
        *QuarantineQueue(aws.sqs, queue_url).list_entries(),
        *OnFailureBucket(aws.s3, FAILURES_BUCKET).list_entries(),
    ]
    return len({key for entry in entries for key in entry.changes})


def verify_all(aws):
    """Verify both sides."""
    commands, read_model = _commands(aws), _read_model(aws)
    repairer = Repairer(commands, read_model)
    found = []
    with ThreadPoolExecutor(4) as executor:
        for side, comparison in (
            ("rows", RowComparison(commands, read_model, repairer)),
            ("records", SourceComparison(commands, read_model, repairer)),
        ):
            verifier = Verifier(comparison, executor, lag_s=0)
            verifier.verify_segments([Segment(0, 1)], found.append, side)
    return sum(found, VerifyCounts())


def _commands(aws):
    return DynamoDBCommandTable(aws.dynamodb, COMMAND_RECORDS.name)


def _read_model(aws):
    return DynamoDBReadModelTable(aws.dynamodb, NOTIFICATION_RECORDS.name)

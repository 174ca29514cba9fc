"""What follows the last write: redrive, verify, count stored failures."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from local_stack.emulator.resources import ON_FAILURE_BUCKET
from local_stack.pipeline import AwsClients
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.redrive import FailureStore, redrive
from stream_processor.operations.repair import Repairer
from stream_processor.operations.verify import Verifier
from stream_processor.operations.verify_counts import VerifyCounts
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import Segment


class Verification:
    """The operator tools over one emulator."""

    def __init__(self, aws: AwsClients, queue_url: str) -> None:
        self._commands = DynamoDBCommandTable(aws.dynamodb, COMMAND_RECORDS.name)
        self._read_model = DynamoDBReadModelTable(aws.dynamodb, NOTIFICATION_RECORDS.name)
        self._repairer = Repairer(self._commands, self._read_model)
        self._stores: dict[str, FailureStore] = {
            "on-failure bucket": OnFailureBucket(aws.s3, ON_FAILURE_BUCKET),
            "quarantine": QuarantineQueue(aws.sqs, queue_url),
        }

    def redrive_all(self) -> dict[str, int]:
        """Redrive both stores; returns counts of entries by store and outcome."""
        outcomes: Counter[str] = Counter()
        for name, store in self._stores.items():
            for entry in redrive(store, self._repairer):
                outcomes[f"{name}: {'kept' if entry.remaining else 'redriven'}"] += 1
        return dict(outcomes)

    def count_stored_failures(self) -> int:
        """Count the command records in the failure stores, each once."""
        entries = [entry for store in self._stores.values() for entry in store.list_entries()]
        return len({key for entry in entries for key in entry.changes})

    def verify_all(self) -> VerifyCounts:
        """Verify both sides."""
        found: list[VerifyCounts] = []
        whole = [Segment(0, 1)]
        with ThreadPoolExecutor(4) as executor:
            rows = RowComparison(self._commands, self._read_model, self._repairer)
            found += Verifier(rows, executor, lag_s=0).verify_segments(whole)
            records = SourceComparison(self._commands, self._read_model, self._repairer)
            found += Verifier(records, executor, lag_s=0).verify_segments(whole)
        return sum(found, VerifyCounts())

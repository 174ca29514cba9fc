"""What follows the last write: redrive, verify, count stored failures."""

from collections import Counter

from local_stack.emulator.resources import ON_FAILURE_BUCKET
from local_stack.pipeline import AwsClients
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.operator_tools import OperatorTools
from stream_processor.operations.redrive import FailureStore, redrive
from stream_processor.operations.stop_request import StopRequest
from stream_processor.operations.verify import choose_segments, verify_all
from stream_processor.operations.verify_counts import Tally, VerifyCounts


class Verification:
    """The operator tools over one emulator."""

    def __init__(self, tools: OperatorTools, aws: AwsClients, queue_url: str) -> None:
        self._tools = tools
        self._repairer = tools.create_repairer()
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
        tally = Tally()
        verify_all(
            self._tools,
            choose_segments(None, 1),
            StopRequest(),
            tally.add,
            threads=1,
            lag_s=0,
            is_repairing=False,
        )
        return tally.counts

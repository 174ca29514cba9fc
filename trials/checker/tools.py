"""The programs that the checker runs: the stream function and the operator tools."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from aws_client import AwsClient
from stream_processor.aws.retry import BatchRetry
from stream_processor.aws.threaded_client import ThreadedClient
from stream_processor.observability.metrics import ReachedStatus
from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.failure_stores import OnFailureBucket, QuarantineQueue
from stream_processor.operations.rebuild import Rebuilder, rebuild_segment
from stream_processor.operations.rebuild_state import SegmentProgress
from stream_processor.operations.redrive import FailureStore, RedrivenEntry, redrive
from stream_processor.operations.repair import Repairer
from stream_processor.operations.verify import Verifier
from stream_processor.operations.verify_counts import VerifyCounts
from stream_processor.personal_data.erase import Eraser
from stream_processor.personal_data.person_tables import DynamoDBPersonTables
from stream_processor.personal_data.receipt import ErasureReceipt
from stream_processor.stream.batch_response import PartialBatchResponse
from stream_processor.stream.handler import StreamHandler
from stream_processor.stream.quarantine import SQSQuarantine
from stream_processor.stream.read_model_writer import DynamoDBReadModelWriter
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import Segment
from trials.checker.actors import InlineExecutor, Program
from trials.checker.aws.network import NO_WAIT, Connection, Network, ThreadConnection
from trials.checker.aws.stores import Bucket, Queue, S3Client, SqsClient

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client as BotoS3Client
    from mypy_boto3_sqs import SQSClient as BotoSqsClient

COMMAND_TABLE = "commands"
READ_TABLE = "rows"
_QUEUE_URL = "https://queue.example"


@dataclass(frozen=True, slots=True)
class _Context:
    remaining_ms: int

    def get_remaining_time_in_millis(self) -> int:
        return self.remaining_ms


@dataclass(frozen=True, slots=True)
class Tools:
    """Runs the programs over one network.

    Attributes:
        now_s: the clock of all programs, seconds since the epoch.
        keeps_expired: rows stay when their command records expire.
        reached: notifications that reached each status, as the stream function counts them. Of
            changes of AP and status in one batch, only the AP at the end counts.
    """

    network: Network
    queue: Queue
    bucket: Bucket
    now_s: Callable[[], float]
    keeps_expired: bool
    reached: Counter[str | None] = field(default_factory=Counter)

    def handle(
        self, program: Program, records: list[Any], remaining_ms: int
    ) -> PartialBatchResponse:
        """Run one invocation of the stream function."""
        client = cast("AwsClient", Connection(self.network, program))
        with asyncio.Runner() as runner:
            handler = StreamHandler(
                DynamoDBReadModelWriter(client, READ_TABLE),
                SQSQuarantine(client, _QUEUE_URL),
                runner,
                emit_by_ap=self._count,
                keeps_expired=self.keeps_expired,
                now_s=self.now_s,
            )
            return handler({"Records": records}, _Context(remaining_ms))

    def _count(self, reached: Mapping[ReachedStatus, int]) -> None:
        for (_, status), count in reached.items():
            self.reached[status] += count

    def redrive(self, program: Program, store: str) -> list[RedrivenEntry]:
        """Redrive a failure store."""
        with closing(ThreadConnection(self.network, program)) as client:
            repairer = self._create_repairer(*self._open_tables(client))
            return list(redrive(self._open_store(program, store), repairer))

    def rebuild(self, program: Program, segments: int) -> None:
        """Rebuild the read model, one segment after the other."""
        retry = BatchRetry(policy=NO_WAIT, sleep=lambda _: program.step())
        with closing(ThreadConnection(self.network, program)) as client:
            commands, read_model = self._open_tables(client)
            rebuilder = Rebuilder(
                commands,
                read_model,
                InlineExecutor(),
                program.step,
                keeps_expired=self.keeps_expired,
            )
            for index in range(segments):
                segment = Segment(index, segments)
                for _ in rebuild_segment(rebuilder, segment, SegmentProgress(), retry):
                    program.step()

    def verify(
        self, program: Program, segments: int, *, lag_s: float, is_repairing: bool
    ) -> VerifyCounts:
        """Verify the read model from both sides."""
        counts = VerifyCounts()
        with closing(ThreadConnection(self.network, program)) as client:
            commands, read_model = self._open_tables(client)
            repairer = self._create_repairer(commands, read_model)
            for kind in (RowComparison, SourceComparison):
                verifier: Verifier[Any] = Verifier(
                    kind(commands, read_model, repairer),
                    InlineExecutor(),
                    lag_s=lag_s,
                    is_repairing=is_repairing,
                    now_s=self.now_s,
                    sleep=partial(self._sleep, program),
                )
                every = (Segment(index, segments) for index in range(segments))
                for step in verifier.verify_segments(every):
                    counts += step
                    program.step()
        return counts

    def erase(self, program: Program, user_id: str, lag_s: float) -> ErasureReceipt:
        """Erase a person."""
        receipt = ErasureReceipt()
        with closing(ThreadConnection(self.network, program)) as client:
            commands, read_model = self._open_tables(client)
            person = DynamoDBPersonTables(
                client=cast("ThreadedClient", client),
                command_table_name=COMMAND_TABLE,
                read_table_name=READ_TABLE,
                user_id=user_id,
                segments=2,
                wait_for_page=program.step,
            )
            eraser = Eraser(
                person,
                commands,
                # As its composition root has it: whose rows these are does not expire.
                Repairer(commands, read_model, self.now_s),
                InlineExecutor(),
                lag_s=lag_s,
                now_s=self.now_s,
                sleep=partial(self._sleep, program),
            )
            eraser.erase(receipt, lambda _: None)
        return receipt

    def _sleep(self, program: Program, seconds: float) -> None:
        until_s = self.now_s() + seconds
        while self.now_s() < until_s:
            program.step()

    def _open_tables(
        self, connection: ThreadConnection
    ) -> tuple[DynamoDBCommandTable, DynamoDBReadModelTable]:
        client = cast("ThreadedClient", connection)
        commands = DynamoDBCommandTable(client, COMMAND_TABLE)
        return commands, DynamoDBReadModelTable(client, READ_TABLE)

    def _create_repairer(
        self, commands: DynamoDBCommandTable, read_model: DynamoDBReadModelTable
    ) -> Repairer:
        return Repairer(commands, read_model, self.now_s, keeps_expired=self.keeps_expired)

    def _open_store(self, program: Program, name: str) -> FailureStore:
        chance, rate = self.network.chance, self.network.failure_rate
        if name == "queue":
            sqs = SqsClient(program, chance, rate, self.queue)
            return QuarantineQueue(cast("BotoSqsClient", sqs), _QUEUE_URL)
        s3 = S3Client(program, chance, rate, self.bucket)
        return OnFailureBucket(cast("BotoS3Client", s3), "bucket")

"""What the operators' tools work with, wired once by `bootstrap`."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stream_processor.operations.comparison import RowComparison, SourceComparison
from stream_processor.operations.rebuild import Rebuilder
from stream_processor.operations.repair import Repairer
from stream_processor.operations.verify import VerifyCounts
from stream_processor.operations.verify_run import Side, Verification
from stream_processor.tables.command_table import DynamoDBCommandTable
from stream_processor.tables.read_model_table import DynamoDBReadModelTable
from stream_processor.tables.table_reader import TableDescription

StoreName: TypeAlias = Literal["queue", "s3"]
"""Where failures were set aside: the quarantine, or the on-failure bucket."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorTools:
    """Both tables and what mends one from the other.

    Attributes:
        executor: makes calls at once, for all tools.
        keeps_expired: see `Repairer`.
    """

    commands: DynamoDBCommandTable
    read_model: DynamoDBReadModelTable
    executor: Executor
    keeps_expired: bool

    def describe(self) -> tuple[TableDescription, TableDescription]:
        """Describe the command side's table and the read model's.

        Raises:
            TableUnusableError: one of them is not there, or access to it is denied.
        """
        return self.commands.describe(), self.read_model.describe()

    def create_repairer(self) -> Repairer:
        """Make what repairs one record."""
        return Repairer(self.commands, self.read_model, keeps_expired=self.keeps_expired)

    def create_rebuilder(
        self, wait_for_write: Callable[[], None] = lambda: None, *, is_dry_run: bool = False
    ) -> Rebuilder:
        """Make what rebuilds pages; see `Rebuilder`."""
        return Rebuilder(
            self.commands,
            self.read_model,
            self.executor,
            wait_for_write,
            is_dry_run=is_dry_run,
            keeps_expired=self.keeps_expired,
        )

    def create_verification(
        self,
        report: Callable[[VerifyCounts], object],
        *,
        threads: int,
        lag_s: float,
        is_repairing: bool,
    ) -> Verification:
        """Make what verifies both sides; see `Verification`."""
        repairer = self.create_repairer()
        return Verification(
            sides=[
                Side("rows", RowComparison(self.commands, self.read_model, repairer)),
                Side("records", SourceComparison(self.commands, self.read_model, repairer)),
            ],
            executor=self.executor,
            threads=threads,
            lag_s=lag_s,
            is_repairing=is_repairing,
            report=report,
        )

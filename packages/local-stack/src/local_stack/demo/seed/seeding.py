"""Writes a plan's records as senders do, and removes a seed's records."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from local_stack.demo.seed.generator import SeededNotification, generate
from local_stack.demo.seed.incident import Incident
from local_stack.demo.seed.plan import SeedPlan, encode_transaction_id
from local_stack.demo.seed.record_table import RecordTable
from notification_models import CommandRecord

_WINDOW: Final = 1000
"""Records generated at once. A window's second writes go with the first writes of the next one."""


@dataclass(slots=True)
class SeedProgress:
    """How far a seeding or a removal has come; also right after an interruption.

    Attributes:
        advance: called with the number of notifications written, or of records removed.
        notifications: those whose first write is done.
        writes: first and second writes.
        removed: records deleted.
        failures: `created_at` of the failures of each incident.
    """

    advance: Callable[[int], object] = lambda _count: None
    notifications: int = 0
    writes: int = 0
    removed: int = 0
    failures: dict[Incident, list[int]] = field(default_factory=dict)

    @property
    def has_begun(self) -> bool:
        """Whether anything was changed."""
        return bool(self.writes or self.removed)

    def add_sent(self, count: int) -> None:
        """Count first writes."""
        self.notifications += count
        self.writes += count
        self.advance(count)

    def add_final(self, count: int) -> None:
        """Count second writes."""
        self.writes += count

    def add_removed(self, count: int) -> None:
        """Count deletions."""
        self.removed += count
        self.advance(count)

    def add_failures(self, plan: SeedPlan, notifications: Sequence[SeededNotification]) -> None:
        """Find the failures of the plan's incidents."""
        for incident in plan.incidents:
            self.failures.setdefault(incident, []).extend(
                each.last.created_at for each in notifications if incident.explains(each.last)
            )


async def write_plan(plan: SeedPlan, table: RecordTable, progress: SeedProgress) -> None:
    """Write every notification of a plan, and its outcome after it.

    Writing a plan again changes nothing at the end.

    Raises:
        RecordTableError: DynamoDB failed.
    """
    outcomes: list[CommandRecord] = []
    for start in range(0, plan.records, _WINDOW):
        window = list(generate(plan, start, min(start + _WINDOW, plan.records)))
        progress.add_failures(plan, window)
        await asyncio.gather(
            table.put_all([each.sent for each in window], progress.add_sent),
            table.put_all(outcomes, progress.add_final),
        )
        outcomes = [each.final for each in window if each.final]
    await table.put_all(outcomes, progress.add_final)


async def remove_seed(seed: int, records: int, table: RecordTable, progress: SeedProgress) -> bool:
    """Delete every record of a seed's first so many notifications, whenever they were written.

    Returns:
        whether the seed has more records than these.

    Raises:
        RecordTableError: DynamoDB failed.
    """
    for start in range(0, records, _WINDOW):
        numbers = range(start, min(start + _WINDOW, records))
        keys = await table.find_keys([encode_transaction_id(seed, each) for each in numbers])
        await table.delete_all(keys, progress.add_removed)
    return bool(await table.find_keys([encode_transaction_id(seed, records)]))

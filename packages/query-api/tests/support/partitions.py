"""Partitions of rows in memory, read as DynamoDB reads them."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from query_api.dynamodb.partition import PartitionPage, PartitionRead
from query_api.read_model.notification import Notification
from query_api.read_model.port import UnreadableRow

UNREADABLE = UnreadableRow("created_at", "is missing")


def build_row(key: str) -> Notification:
    return Notification(
        user_id="u",
        transaction_id=key,
        created_at=1,
        notification_title="新年快樂 🎉",
        status="SENT",
        platform="IOS",
    )


@dataclass
class Partitions:
    """Partitions as DynamoDB reads them: the limit also counts rows that the filter hides.

    Attributes:
        keys: by partition, for each notification key whether the filter shows its row.
        most: rows that one read evaluates, whatever its limit: the 1 MB at which a read ends.
        unreadable: keys of shown rows that cannot be decoded.
    """

    keys: Mapping[str, Mapping[str, bool]]
    most: int = 1_000_000
    from_key: str | None = None
    unreadable: frozenset[str] = frozenset()
    reads: list[PartitionRead] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ordered = {name: sorted(keys) for name, keys in self.keys.items()}

    async def read(self, read: PartitionRead) -> PartitionPage:
        self.reads.append(read)
        ordered = self._ordered.get(read.partition, [])
        start = 0 if self.from_key is None else bisect_left(ordered, self.from_key)
        end = len(ordered)
        if read.before_key is not None:
            end = bisect_left(ordered, read.before_key)
        limit = min(read.limit, self.most)
        evaluated = ordered[max(start, end - limit) : end][::-1]
        shown = [
            (key, UNREADABLE if key in self.unreadable else build_row(key))
            for key in evaluated
            if self.keys[read.partition][key]
        ]
        # As DynamoDB, which returns a last key whenever a read is full.
        return PartitionPage(shown, evaluated[-1] if len(evaluated) == limit else None)

    def get_expected(self, before_key: str | None = None) -> list[Notification]:
        shown = (key for keys in self.keys.values() for key, is_shown in keys.items() if is_shown)
        in_range = (
            key
            for key in shown
            if (before_key is None or key < before_key)
            and (self.from_key is None or key >= self.from_key)
        )
        return [build_row(key) for key in sorted(in_range, reverse=True)]

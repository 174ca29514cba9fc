"""What is seeded, and what must be found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from local_stack.demo.seed.expected_counts import count_notifications
from local_stack.demo.seed.generator import generate
from local_stack.demo.seed.incident import MINUTE_MS, Incident
from local_stack.demo.seed.plan import DAY_MS, SeedPlan
from notification_models import CommandRecord, Status

_HOUR_MS: Final = 60 * MINUTE_MS
# By day, when there is most to count, and the same on every day that the trial runs.
_UNTIL_HOUR_MS: Final = 12 * _HOUR_MS
_BEFORE_UNTIL_MS: Final = 2 * _HOUR_MS
_SHIFT_MS: Final = 17 * MINUTE_MS + 23_456
"""The incident does not begin with an hour or a minute."""

SEARCHED_MS: Final = 6 * _HOUR_MS
"""Milliseconds before the end of the plan in which the incident is searched for."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Which application failed, why, and since which minute (in UTC, as summaries have it)."""

    ap_id: str | None
    reason: str | None
    first_minute: str


def create_plan(records: int, seed: int, now_ms: int) -> SeedPlan:
    """Create a plan of two days until the last noon in UTC, with an incident in the morning."""
    until_ms = (now_ms - _UNTIL_HOUR_MS) // DAY_MS * DAY_MS + _UNTIL_HOUR_MS
    incident = Incident(
        ap_id="mobile-app-002",
        from_ms=until_ms - _BEFORE_UNTIL_MS + _SHIFT_MS,
        minutes=60,
        share=0.9,
        reason="Provider certificate expired",
    )
    return SeedPlan(
        seed=seed,
        records=records,
        campaigns=20,
        until_ms=until_ms,
        span_ms=2 * DAY_MS,
        incidents=(incident,),
    )


def format_minute(time_ms: int) -> str:
    """Format a time as summaries do, in UTC."""
    return datetime.fromtimestamp(time_ms // 1000, UTC).isoformat(timespec="minutes")


class Expected:
    """The notifications of a plan as they stay, and the cause that is to be found."""

    def __init__(self, plan: SeedPlan) -> None:
        self.plan = plan

    @cached_property
    def records(self) -> Sequence[CommandRecord]:
        """All notifications."""
        return [each.last for each in generate(self.plan)]

    @cached_property
    def failures(self) -> Sequence[CommandRecord]:
        """Those that failed."""
        return [record for record in self.records if record.status == Status.FAILED]

    def find_cause(self) -> Cause:
        """Find the application and reason with the most failures of the searched hours."""
        from_ms = self.plan.until_ms - SEARCHED_MS
        recent = [record for record in self.failures if record.created_at >= from_ms]
        ((ap_id, reason), _) = count_notifications(recent, ["ap_id", "error_msg"]).most_common(1)[0]
        same = [each for each in recent if (each.ap_id, each.error_msg) == (ap_id, reason)]
        return Cause(ap_id, reason, format_minute(min(each.created_at for each in same)))

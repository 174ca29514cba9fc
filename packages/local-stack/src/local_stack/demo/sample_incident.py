"""A small incident of the last two hours, for people to find."""

from typing import Final

from aws_client import Session
from local_stack.demo.seed.incident import MINUTE_MS, Incident
from local_stack.demo.seed.plan import SeedPlan
from local_stack.demo.seed.record_table import open_record_table
from local_stack.demo.seed.seeding import SeedProgress, write_plan

RECORDS: Final = 300
_SEED: Final = 0
_SPAN_MS: Final = 110 * MINUTE_MS  # so that "the last 2 hours" has all of it for ten minutes
_BEGAN_BEFORE_MS: Final = 50 * MINUTE_MS


def create_sample_plan(now_ms: int) -> SeedPlan:
    """Create the plan: two hours of notifications, in which an application fails for a while.

    Args:
        now_ms: milliseconds since the epoch.
    """
    incident = Incident(
        ap_id="mobile-app-002",
        from_ms=now_ms - _BEGAN_BEFORE_MS,
        minutes=25,
        share=0.9,
        reason="Provider certificate expired",
    )
    return SeedPlan(
        seed=_SEED,
        records=RECORDS,
        campaigns=2,
        until_ms=now_ms,
        span_ms=_SPAN_MS,
        incidents=(incident,),
    )


async def write_sample_incident(session: Session, endpoint_url: str, now_ms: int) -> None:
    """Write its command records.

    Raises:
        RecordTableError: DynamoDB failed.
    """
    async with open_record_table(session, endpoint_url) as table:
        await write_plan(create_sample_plan(now_ms), table, SeedProgress())

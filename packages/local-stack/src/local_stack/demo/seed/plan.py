"""What to seed: all that the generator depends on."""

from dataclasses import dataclass, field
from typing import Final

from local_stack.demo.seed.incident import Incident
from local_stack.exceptions import LocalStackError

DAY_MS: Final = 24 * 3600 * 1000
MAX_RECORDS: Final = 10_000_000


class InvalidPlanError(LocalStackError):
    """The options do not fit together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlan:
    """The options of a seeding. Equal plans give equal records.

    Attributes:
        seed: a part of the records' ids.
        records: number of notifications.
        campaigns: number of campaigns that some of them belong to; may be 0.
        until_ms: all notifications are created before it, milliseconds since the epoch.
        span_ms: milliseconds before `until_ms` in which they are created.

    Raises:
        InvalidPlanError: an incident is not within the seeded time.
    """

    seed: int
    records: int
    campaigns: int
    until_ms: int
    span_ms: int
    incidents: tuple[Incident, ...] = field(default=())

    def __post_init__(self) -> None:
        for incident in self.incidents:
            if not self.from_ms <= incident.from_ms < self.until_ms:
                raise InvalidPlanError(
                    f"the incident of {incident.ap_id} does not begin within the seeded time; "
                    "seed more days or change its `from`"
                )

    @property
    def from_ms(self) -> int:
        """All notifications are created at this time or later."""
        return self.until_ms - self.span_ms

    def encode_transaction_id(self, number: int) -> str:
        """Return the id of a notification; it depends on the seed and the number alone."""
        return encode_transaction_id(self.seed, number)


def encode_transaction_id(seed: int, number: int) -> str:
    """Return the id of a seed's notification: the mark by which `--clean` finds it."""
    return f"seed-{seed}-{number:07d}"

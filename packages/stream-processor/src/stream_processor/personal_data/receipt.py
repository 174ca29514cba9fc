"""The receipt of an erasure: what was done, and what stays where until when."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from stream_processor.stream.projection import TOMBSTONE_LIFETIME_S


@dataclass(frozen=True, slots=True)
class Place:
    """A place on AWS that keeps data of an erased person for a limited time.

    Attributes:
        lifetime: counted from the erasure. A change that fails first waits in the stream for up to
            12 hours, and DynamoDB removes an expired tombstone within a few days.
    """

    name: str
    holds: str
    lifetime: timedelta


# docs/personal-data.md lists them too; tests hold its figures to these and to the deployment's.
PLACES: Final = (
    Place(
        "tombstones in the read model",
        "user id, transaction id and time; no query returns them",
        timedelta(seconds=TOMBSTONE_LIFETIME_S),
    ),
    Place("stream of the command table", "whole records", timedelta(hours=24)),
    Place("quarantine", "ids of records that could not be projected", timedelta(days=7)),
    Place("on-failure bucket", "whole records of discarded batches", timedelta(days=7)),
    Place("point-in-time backups of both tables", "whole records and rows", timedelta(days=35)),
)


@dataclass(slots=True, kw_only=True)
class ErasureReceipt:
    """What an erasure has done so far, without the person's id.

    Attributes:
        records: command records deleted; in a dry run, found.
        rows: rows that the read model had at the start.
        rows_buried: rows replaced by tombstones, because the stream had not deleted them.
        tombstones: tombstones in the read model, when last counted.
        is_complete: neither table has a record or row of the person any more. Not in a dry run.
    """

    is_dry_run: bool = False
    records: int = 0
    rows: int = 0
    rows_buried: int = 0
    tombstones: int = 0
    is_complete: bool = False

    def to_json(self, now: datetime) -> dict[str, Any]:
        """Return the receipt as a JSON object.

        Args:
            now: the end of the erasure, with a time zone.
        """
        return {
            "at": _render_time(now),
            "is_dry_run": self.is_dry_run,
            "is_complete": self.is_complete,
            "records": self.records,
            "rows": self.rows,
            "rows_buried": self.rows_buried,
            "tombstones": self.tombstones,
            "remains": [
                {
                    "place": place.name,
                    "holds": place.holds,
                    "until": _render_time(now + place.lifetime),
                }
                for place in PLACES
            ],
        }


def _render_time(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

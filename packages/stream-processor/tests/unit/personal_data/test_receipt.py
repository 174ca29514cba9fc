import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stream_processor.personal_data.receipt import PLACES, ErasureReceipt

PAGE = Path(__file__).parents[5] / "docs" / "personal-data.md"
# What a place of the receipt is called in the page.
ROWS = {
    "tombstones in the read model": "table `notification-records`: tombstones",
    "stream of the command table": "stream of `command-records`",
    "quarantine": "quarantine queue",
    "on-failure bucket": "on-failure bucket",
    "point-in-time backups of both tables": "point-in-time backups of both tables",
}
_UNITS = {"hours": timedelta(hours=1), "days": timedelta(days=1)}


@pytest.fixture(scope="module")
def kept():
    """The places of the page, and for how long each keeps data."""
    rows = re.findall(
        r"^\| ([^|]+) \| [^|]+ \| (\d+) (hours|days)", PAGE.read_text("utf-8"), re.MULTILINE
    )
    return {place: int(number) * _UNITS[unit] for place, number, unit in rows}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_lifetime_is_that_of_the_page(kept, place):
    # S3 removes an expired object within another day.
    removal = timedelta(days=1) if place.name == "on-failure bucket" else timedelta()

    assert place.lifetime == kept[ROWS[place.name]] + removal


def test_a_place_is_kept_until_its_lifetime_after_the_erasure():
    report = ErasureReceipt(records=1).to_json(datetime(2026, 11, 29, 12, tzinfo=UTC))

    until = {each["place"]: each["until"] for each in report["remains"]}
    assert report["at"] == "2026-11-29T12:00:00Z"
    assert until["tombstones in the read model"] == "2026-12-07T12:00:00Z"
    assert until["stream of the command table"] == "2026-11-30T12:00:00Z"

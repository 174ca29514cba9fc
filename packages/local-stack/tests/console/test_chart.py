"""Charts: what the pointer draws, one scale, and the burst of an AP."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from notification_models import Status

DAY = datetime(2025, 6, 3, tzinfo=UTC)
PERIOD = {"from": "2025-06-03T00:00Z", "to": "2025-06-04T00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def _incident(write, make_notifications):
    """A day with a few failures of one AP, and a burst of another from 12:07 UTC on."""
    start_ms = int(DAY.timestamp() * 1000)
    failed = {"status": Status.FAILED, "error_msg": "Token expired", "marketing_id": "summer"}
    records = []
    for hour in range(0, 24, 4):
        first_ms = start_ms + hour * 3_600_000
        records += make_notifications(f"f-{hour}", 1, first_ms, ap_id="steady-app", **failed)
    burst_ms = start_ms + (12 * 60 + 7) * 60_000
    for number in range(3):
        user_id = f"f-burst-{number}"
        records += make_notifications(user_id, 20, burst_ms, ap_id="broken-app", **failed)
    write(records)


def test_a_pointer_draws_a_stretch(open_console):
    page = open_console("campaign", marketing_id="summer", **PERIOD)
    page.locator(".plot .bars").first.wait_for()
    box = page.get_by_role("slider").bounding_box()

    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 100)
    expect(page.locator(".tip")).to_contain_text("Failed")
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"&from=2025-06-03T1[12]:00Z&to=2025-06-04T00:00Z$"))


def test_all_aps_have_one_scale(open_console):
    page = open_console("failures", **PERIOD)
    page.locator(".drawing").nth(1).wait_for()

    first, second = [
        each.locator(".count").all_text_contents() for each in page.locator(".drawing").all()
    ]

    assert first == second
    assert first[0] == "0"
    assert int(first[-1]) >= 60


def test_a_click_on_the_burst_shows_its_time_and_ap_alone(open_console):
    page = open_console("failures", **PERIOD)

    page.get_by_role("button", name="Burst Jun 3, 20:07").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("60 failures")
    assert page.url.endswith("#failures?from=2025-06-03T11:52Z&to=2025-06-03T13:00Z&ap=broken-app")
    expect(page.locator(".drawing .unit")).to_have_text("failures per minute")
    expect(page.locator(".burst")).to_contain_text("Jun 3, 20:07")
    expect(page.locator("tr.row")).to_have_count(50)

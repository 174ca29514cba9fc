"""A refresh by itself, which moves nothing that is being read."""

import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from notification_models import Status


@pytest.fixture
def refreshing(open_console, write, make_notifications):
    """A page that refreshes by itself, on an AP with one failure of just now."""
    ap_id = f"refreshed-app-{time.time_ns()}"

    def fail(title):
        values = {"status": Status.FAILED, "ap_id": ap_id}
        write(make_notifications(title, 1, int(time.time() * 1000) - 1000, **values))

    fail(f"{ap_id}-1")
    page = open_console()
    page.clock.install()
    page.evaluate(f"location.hash = 'failures?ap={ap_id}'")
    expect(page.locator("tr.row")).to_have_count(1)
    page.get_by_label("Refresh by itself").select_option("30")
    return page, lambda: fail(f"{ap_id}-2")


def test_a_refresh_by_itself_counts_anew_and_leaves_the_list(refreshing):
    page, fail_again = refreshing
    fail_again()

    page.clock.fast_forward(31_000)

    expect(page.get_by_role("heading", level=1)).to_contain_text("2 failures")
    expect(page.locator("tr.row")).to_have_count(1)
    page.get_by_role("button", name="Show newer ones").click()
    expect(page.locator("tr.row")).to_have_count(2)
    expect(page.get_by_role("button", name="Show newer ones")).to_have_count(0)


def test_a_refresh_leaves_aps_in_their_places(open_console):
    counts = {"one-app": 5, "other-app": 3}

    def answer(route):
        by = route.request.post_data_json["by"]
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        values = {"error_msg": "Throttled", "hour": hour.isoformat(timespec="minutes")}
        data = [
            {name: values.get(name, ap_id) for name in by} | {"count": count}
            for ap_id, count in counts.items()
        ]
        body = {"counted": sum(counts.values()), "next_cursor": None, "message": "counted"}
        times = dict.fromkeys(["first_created_at", "last_created_at"], int(time.time() * 1000))
        route.fulfill(json=body | times | {"success": True, "data": data})

    page = open_console(zone="UTC")
    page.clock.install()
    page.route("**/query/fail/summary", answer)
    page.evaluate("location.hash = 'failures'")
    page.get_by_label("Refresh by itself").select_option("30")
    expect(page.locator(".multiple .sum b")).to_have_text(["5", "3"])

    counts["other-app"] = 70
    counts["new-app"] = 9
    page.clock.fast_forward(31_000)

    expect(page.locator(".multiple .sum b")).to_have_text(["5", "70", "9"])
    expect(page.locator(".multiple h2")).to_have_text(["one-app", "other-app", "new-app"])

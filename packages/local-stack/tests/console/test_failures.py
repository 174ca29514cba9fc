"""Failures: which AP, since when, why; and a refresh that moves nothing."""

import re
import time
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from notification_models import Status

DAY = datetime(2025, 6, 3, tzinfo=UTC)
APS = ".multiple h2"
PERIOD = {"from": "2025-06-03T00:00Z", "to": "2025-06-04T00:00Z"}


@pytest.fixture(scope="module")
def write_failures(write, make_notifications):
    """Write failures, a minute after one another."""

    def write_some(user_id, count, first_ms, ap_id, reason):
        values = {"status": Status.FAILED, "ap_id": ap_id, "error_msg": reason}
        write(make_notifications(user_id, count, first_ms, **values))

    return write_some


@pytest.fixture(scope="module", autouse=True)
def _incident(write_failures):
    """A day with a few failures of one AP, and a burst of another from 12:07 UTC on."""
    start_ms = int(DAY.timestamp() * 1000)
    for hour in range(0, 24, 4):
        first_ms = start_ms + hour * 3_600_000
        write_failures(f"f-steady-{hour}", 1, first_ms, "steady-app", "Unregistered")
    burst_ms = start_ms + (12 * 60 + 7) * 60_000
    for number in range(3):
        write_failures(f"f-burst-{number}", 20, burst_ms, "broken-app", "Token expired")


def wait_until_counted(page):
    """A refresh waits for the end of a count."""
    expect(page.locator(".reasons")).to_be_visible()
    expect(page.locator(".progress")).to_have_count(0)


def test_the_worst_ap_is_first_with_the_first_minute_of_its_burst(open_console):
    page = open_console("failures", **PERIOD)

    expect(page.get_by_role("heading", level=1)).to_contain_text("66 failures")
    expect(page.locator(".burst")).to_have_count(1)
    expect(page.locator(".burst")).to_contain_text(re.compile("Burst Jun 3, 20:07 . about 21:00"))
    expect(page.locator(APS)).to_have_text(["broken-app", "steady-app"])
    reasons = [each.split("\n")[0] for each in page.locator(".reasons .why").all_inner_texts()]
    assert reasons == ["Token expired", "Unregistered"]


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


def test_a_click_on_an_ap_and_on_a_reason_narrows_everything(open_console):
    page = open_console("failures", **PERIOD)

    page.locator(".multiple").get_by_role("button", name="steady-app").click()
    expect(page.locator("tr.row")).to_have_count(6)
    expect(page.locator(APS)).to_have_text(["steady-app"])
    page.locator(".multiple").get_by_role("button", name="steady-app").click()
    page.locator(".reasons").get_by_role("button", name="Unregistered").click()

    expect(page.locator("tr.row")).to_have_count(6)
    assert page.url.endswith("&reason=Unregistered")
    expect(page.locator(APS)).to_have_text(["steady-app"])
    expect(page.get_by_role("heading", level=1)).to_contain_text("6 failures")


def test_the_addresses_are_for_a_colleague(open_console):
    page = open_console("failures", **PERIOD, ap="broken-app", reason="Token expired")

    expect(page.get_by_role("heading", level=1)).to_contain_text("60 failures")
    expect(page.locator(APS)).to_have_text(["broken-app"])


def test_a_window_that_is_too_long_is_refused_with_the_reason(open_console):
    page = open_console("failures", **{**PERIOD, "from": "2025-01-01T00:00Z"}, may_fail=True)

    expect(page.get_by_role("alert").first).to_contain_text("/created_from")


@pytest.fixture
def refreshing(open_console, write_failures):
    """A page that refreshes by itself, on an AP with one failure of just now."""
    ap_id = f"refreshed-app-{time.time_ns()}"

    def fail(title):
        write_failures(title, 1, int(time.time() * 1000) - 1000, ap_id, "Throttled")

    fail(f"{ap_id}-1")
    page = open_console()
    page.clock.install()
    page.evaluate(f"location.hash = 'failures?ap={ap_id}'")
    expect(page.locator("tr.row")).to_have_count(1)
    wait_until_counted(page)
    page.get_by_label("Refresh by itself").select_option("30")
    page.clock.run_for(1000)  # its timer starts after a frame
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


def test_a_hidden_page_does_not_refresh(refreshing):
    page, fail_again = refreshing
    fail_again()
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    page.clock.fast_forward(120_000)

    page.wait_for_timeout(500)
    assert asked == []
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"\b1 failure\b"))


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
    wait_until_counted(page)
    page.get_by_label("Refresh by itself").select_option("30")
    page.clock.run_for(1000)  # its timer starts after a frame
    expect(page.locator(".multiple .sum b")).to_have_text(["5", "3"])

    counts["other-app"] = 70
    counts["new-app"] = 9
    page.clock.fast_forward(31_000)

    expect(page.locator(".multiple .sum b")).to_have_text(["5", "70", "9"])
    expect(page.locator(APS)).to_have_text(["one-app", "other-app", "new-app"])


def test_the_filter_lists_every_ap_that_was_found(open_console, write, make_notifications):
    day_ms = int(datetime(2025, 7, 1, tzinfo=UTC).timestamp() * 1000)
    names = [f"listed-app-{number:02}" for number in range(1, 17)]
    for name in names:
        values = {"status": Status.FAILED, "ap_id": name, "error_msg": "Throttled"}
        write(make_notifications(f"f-{name}", 1, day_ms, **values))
    page = open_console("failures", **{"from": "2025-07-01T00:00Z", "to": "2025-07-02T00:00Z"})
    wait_until_counted(page)

    page.locator(".filters summary", has_text="AP").click()

    expect(page.locator(".tick")).to_have_text(names)
    panel = page.locator(".panel .choices").bounding_box()
    assert panel["y"] + panel["height"] < 900
    page.get_by_label("listed-app-16").check()
    expect(page.locator(APS)).to_have_text(["listed-app-16"])


def test_a_link_with_a_status_says_that_failures_have_none_to_choose(open_console):
    page = open_console("failures", **PERIOD, status="SENT")

    expect(
        page.get_by_text("This link has parts that the page cannot read: status")
    ).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("66 failures")
    expect(page.locator(".chip")).to_have_count(0)


def test_the_share_of_an_ap_is_of_all_failures_that_are_counted(open_console):
    def answer(route):
        by = route.request.post_data_json["by"]
        values = {"ap_id": "large-app", "error_msg": "Throttled", "minute": "2025-06-03T12:00Z"}
        values |= {"hour": values["minute"], "day": "2025-06-03"}
        group = {name: values[name] for name in by} | {"count": 60}
        body = {"data": [group, {"other": True, "count": 40}], "counted": 100, "success": True}
        times = dict.fromkeys(["first_created_at", "last_created_at"], int(DAY.timestamp() * 1000))
        route.fulfill(json=body | times | {"next_cursor": None, "message": "counted"})

    page = open_console(zone="UTC")
    page.route("**/query/fail/summary", answer)

    page.evaluate("location.hash = 'failures?from=2025-06-03T00:00Z&to=2025-06-04T00:00Z'")

    expect(page.locator(".multiple .sum")).to_have_text(re.compile(r"^60\s+60\.0%$"))

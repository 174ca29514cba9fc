from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from notification_models import Status

FIRST_MS = int(datetime(2026, 5, 20, 6, tzinfo=UTC).timestamp() * 1000)
MINUTE_MS = 60_000
DAY = {"from": "2026-05-20T00:00Z", "to": "2026-05-21T00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def _incident(write, make_notifications):
    """Two APs fail now and then; at 08:30 one of them fails each second for half a minute."""
    failed = {"status": Status.FAILED, "error_msg": "Token expired"}
    for ap_id, count in (("calm-app", 6), ("burst-app", 4)):
        for number in range(count):
            first_ms = FIRST_MS + number * 17 * MINUTE_MS
            user_id = f"failures-{ap_id}-{number}"
            write(make_notifications(user_id, 1, first_ms, ap_id=ap_id, **failed))
    failed["error_msg"] = "Provider timed out"
    burst_ms = FIRST_MS + 150 * MINUTE_MS
    records = [
        record
        for second in range(30)
        for record in make_notifications(
            f"failures-burst-{second}", 1, burst_ms + second * 1000, ap_id="burst-app", **failed
        )
    ]
    write(records)


def find_aps(page):
    return page.locator(".multiple h2")


def test_the_worst_ap_is_the_first_and_its_first_minute_is_marked(open_console):
    page = open_console("failures", **DAY)

    expect(page.get_by_role("heading", level=1)).to_contain_text("40 failures")
    expect(find_aps(page)).to_have_text(["burst-app", "calm-app"])
    expect(page.locator(".multiple").first).to_contain_text("34")
    expect(page.locator(".multiple").first).to_contain_text("May 20, 16:30")
    expect(page.locator(".multiple").last).not_to_contain_text("▼")
    expect(page.locator("table.reasons tbody tr").first).to_contain_text("Provider timed out")


def test_two_clicks_show_the_failing_ap_with_its_reason(open_console):
    page = open_console("failures", **DAY)

    page.locator(".multiple").get_by_role("button", name="burst-app").click()
    expect(find_aps(page)).to_have_text(["burst-app"])
    page.locator("table.reasons").get_by_role("button", name="Provider timed out").click()

    expect(page.locator("tr.row")).to_have_count(30)
    expect(page.get_by_role("heading", level=1)).to_contain_text("30 failures")
    other = open_console("")
    other.goto(page.url)
    other.reload()
    expect(other.locator("tr.row")).to_have_count(30)


def test_nothing_failed_says_so(open_console):
    page = open_console("failures", **{"from": "2026-05-22T00:00Z", "to": "2026-05-23T00:00Z"})

    expect(page.get_by_role("heading", level=1)).to_contain_text("No failures")


def test_a_period_that_is_too_long_is_refused_with_the_reason(open_console):
    page = open_console("failures", **{**DAY, "from": "2026-01-01T00:00Z"}, may_fail=True)

    expect(page.get_by_role("alert")).to_contain_text("31 days")


def test_it_refreshes_by_itself_only_while_it_is_seen(open_console):
    page = open_console("failures")
    page.clock.install()
    page.reload()
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_label("Refresh by itself").select_option("30")
    asked = []
    page.on("request", lambda sent: asked.append(sent.url))

    with page.expect_request("**/query/fail/summary"):
        page.clock.run_for(31_000)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true })")
    page.wait_for_load_state("networkidle")
    asked.clear()
    page.clock.run_for(120_000)

    assert asked == []

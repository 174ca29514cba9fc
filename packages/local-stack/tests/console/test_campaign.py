import csv
import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from notification_models import Platform, Status

FIRST_MS = 1_775_835_600_000  # 2026-04-10 23:40 in Taipei
MINUTE_MS = 60_000
REASON = "Token expired"


@pytest.fixture(scope="module")
def campaign(write, make_notifications):
    """A campaign of 40 delivered before and after midnight, then five that failed."""
    name = "campaign-midnight"
    write(make_notifications("campaign-user", 40, FIRST_MS, marketing_id=name))
    write(
        make_notifications(
            "campaign-user-failed",
            5,
            FIRST_MS + 40 * MINUTE_MS,
            marketing_id=name,
            status=Status.FAILED,
            platform=Platform.ANDROID,
            ap_id="mobile-app-002",
            error_msg=REASON,
        )
    )
    return name


def find_figures(page):
    return page.locator("table.breakdown tbody tr")


def read_csv(download):
    return list(csv.reader(io.StringIO(Path(download.path()).read_text("utf-8-sig"))))


def test_figures_have_shares_and_their_parts(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)

    expect(page.get_by_text("45 notifications", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Delivered")).to_have_accessible_name(
        "Delivered 40 88.9%"
    )
    expect(page.get_by_role("button", name="Failed")).to_have_accessible_name("Failed 5 11.1%")
    expect(find_figures(page)).to_have_count(2)
    expect(find_figures(page).first).to_contain_text("mobile-app-001")
    expect(find_figures(page).last).to_contain_text("100.0%")
    expect(page.get_by_role("row", name=REASON).first).to_contain_text("mobile-app-002")


def test_a_chart_across_midnight_has_its_figures_as_a_table(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)

    page.get_by_text("Figures as a table").click()

    rows = page.locator(".figures-table tbody tr")
    expect(rows).to_have_count(45)
    expect(rows.first).to_contain_text("23:40")
    expect(rows.last).to_contain_text("00:24")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Apr 10, 23:40")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Apr 11, 00:24")


def test_a_chart_across_a_change_of_clocks_has_each_minute_once(
    open_console, write, make_notifications
):
    # In Berlin, 03:00 becomes 02:00 at 01:00 UTC.
    change_ms = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp() * 1000)
    for name, first_ms in (("before", change_ms - 30 * MINUTE_MS), ("after", change_ms)):
        write(make_notifications(f"clocks-{name}", 30, first_ms, marketing_id="clocks"))
    page = open_console("campaign", marketing_id="clocks", zone="Europe/Berlin")

    expect(page.get_by_text("60 notifications", exact=True)).to_be_visible()
    with page.expect_download() as download_info:
        page.get_by_role("button", name="Export these figures").first.click()

    _, *rows = read_csv(download_info.value)
    assert len(rows) == 60
    assert rows[0] == ["2026-10-25 02:30:00+02:00", "1"]
    assert rows[30] == ["2026-10-25 02:00:00+01:00", "1"]
    assert len({time for time, _ in rows}) == 60


@pytest.mark.parametrize(
    ("role", "name", "parameter"),
    [
        ("button", REASON, "reason=Token%20expired"),
        ("button", "mobile-app-002", "ap=mobile-app-002"),
        ("button", re.compile("^Failed"), "status=FAILED"),
    ],
)
def test_a_click_narrows_everything(open_console, campaign, role, name, parameter):
    page = open_console("campaign", marketing_id=campaign)

    page.get_by_role(role, name=name).first.click()

    expect(page.locator("tr.row")).to_have_count(5)
    expect(find_figures(page)).to_have_count(1)
    assert parameter in page.url
    page.go_back()
    expect(page.locator("tr.row")).to_have_count(45)


def test_a_stretch_of_time_is_chosen_by_keys(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)
    chart = page.get_by_role("slider")
    chart.focus()

    page.keyboard.press("End")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Enter")

    expect(page.locator("tr.row")).to_have_count(5)
    assert "from=2026-04-10T16:20Z&to=2026-04-10T16:25Z" in page.url


def test_figures_are_exported_as_they_are_shown(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)
    buttons = page.get_by_role("button", name="Export these figures")

    with page.expect_download() as over_time:
        buttons.first.click()
    with page.expect_download() as by_attributes:
        buttons.last.click()

    head, *rows = read_csv(over_time.value)
    assert head == ["time (Asia/Taipei)", "Delivered", "Failed"]
    assert rows[0] == ["2026-04-10 23:40:00", "1", "0"]
    assert sum(int(row[1]) + int(row[2]) for row in rows) == 45
    assert over_time.value.suggested_filename.startswith("campaign-midnight-time-20")
    assert read_csv(by_attributes.value) == [
        ["status", "platform", "ap_id", "error_msg", "count"],
        ["DELIVERED", "IOS", "mobile-app-001", "", "40"],
        ["FAILED", "ANDROID", "mobile-app-002", REASON, "5"],
    ]


class LargeCampaign:
    """Answers to the queries for a campaign of 1,200,000, in 12 parts; only as many as allowed."""

    PARTS = 12

    def __init__(self):
        self.allowed = 0
        self.waiting = []

    def answer(self, route):
        if self.allowed == 0:
            self.waiting.append(route)
            return
        self.allowed -= 1
        body = route.request.post_data_json
        number = int(body.get("cursor") or 0) + 1
        values = {"status": "DELIVERED", "platform": "IOS", "ap_id": "app", "error_msg": None}
        values |= {"minute": "2026-04-10T12:00+08:00", "hour": "2026-04-10T12:00+08:00"}
        group = {name: values[name] for name in body["by"]}
        part = {
            "success": True,
            "data": [{**group, "count": 100_000}],
            "counted": 100_000,
            "first_created_at": FIRST_MS - number * MINUTE_MS,
            "last_created_at": FIRST_MS,
            "next_cursor": None if number == self.PARTS else str(number),
            "message": "100000 notifications counted",
        }
        route.fulfill(json=part)


def test_a_large_campaign_says_what_it_has_until_the_end(open_console, campaign):
    large = LargeCampaign()
    large.allowed = 1
    page = open_console("")
    page.route("**/query/marketing/summary", large.answer)
    page.goto(f"{page.url.split('#')[0]}#campaign?marketing_id={campaign}")

    expect(page.get_by_text("100,000 notifications so far")).to_be_visible()
    expect(page.get_by_role("button", name="Export these figures").first).to_be_disabled()
    expect(page.locator("tr.row")).to_have_count(45)  # the rest of the page works meanwhile
    page.get_by_role("button", name="Pause").click()
    for route in large.waiting:
        route.abort()
    large.allowed = 100
    page.get_by_role("button", name="Count on").click()

    expect(page.get_by_text("1,200,000 notifications", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Delivered 1,200,000 100.0%")).to_be_visible()
    expect(page.get_by_role("button", name="Export these figures").first).to_be_enabled()


def test_a_problem_of_a_count_leaves_the_list(open_console, campaign):
    page = open_console("", may_fail=True)
    problem = {"status": 500, "title": "Internal error", "detail": "Look at the log."}
    headers = {"Content-Type": "application/problem+json"}
    page.route(
        "**/query/marketing/summary",
        lambda route: route.fulfill(status=500, headers=headers, json=problem),
    )
    page.goto(f"{page.url.split('#')[0]}#campaign?marketing_id={campaign}")

    expect(page.get_by_role("alert")).to_contain_text("Internal error")
    page.unroute("**/query/marketing/summary")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("45 notifications", exact=True)).to_be_visible()

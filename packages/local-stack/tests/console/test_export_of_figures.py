import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from notification_models import Platform, Status

FIRST_MS = 1_775_835_600_000  # 2026-04-10 23:40 in Taipei
MINUTE_MS = 60_000
BUTTON = "Export these figures"
SUMMARY = "**/query/marketing/summary"


@pytest.fixture(scope="module")
def campaign(write, make_notifications):
    """A campaign of 40 delivered before and after midnight, then five that failed."""
    name = "campaign-midnight"
    failed = {
        "status": Status.FAILED,
        "platform": Platform.ANDROID,
        "ap_id": "figures-app",
        "error_msg": "=Token expired",
    }
    first_failed_ms = FIRST_MS + 40 * MINUTE_MS
    write(make_notifications("figures-1", 40, FIRST_MS, marketing_id=name))
    write(make_notifications("figures-2", 5, first_failed_ms, marketing_id=name, **failed))
    return name


def export(page, number):
    """Return the name and the rows of the file of a button."""
    with page.expect_download() as download_info:
        page.get_by_role("button", name=BUTTON).nth(number).click()
    download = download_info.value
    text = Path(download.path()).read_text("utf-8-sig")
    return download.suggested_filename, list(csv.reader(io.StringIO(text)))


def test_figures_over_time_are_exported_across_midnight(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)

    name, (head, *rows) = export(page, 0)

    assert name.startswith("campaign-midnight-time-20")
    assert head == ["time (Asia/Taipei)", "Delivered", "Failed"]
    assert rows[0] == ["2026-04-10 23:40:00", "1", "0"]
    assert rows[-1] == ["2026-04-11 00:24:00", "0", "1"]
    assert [sum(int(row[column]) for row in rows) for column in (1, 2)] == [40, 5]


def test_figures_by_attributes_are_exported(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)

    _, rows = export(page, 1)

    assert rows == [
        ["status", "platform", "ap_id", "count"],
        ["DELIVERED", "IOS", "mobile-app-001", "40"],
        ["FAILED", "ANDROID", "figures-app", "5"],
    ]


def test_reasons_of_a_campaign_are_exported_and_run_no_formula(open_console, campaign):
    page = open_console("campaign", marketing_id=campaign)

    name, rows = export(page, 2)

    assert name.startswith("campaign-midnight-reasons-20")
    assert rows == [["ap_id", "error_msg", "count"], ["figures-app", "'=Token expired", "5"]]


@pytest.mark.usefixtures("campaign")
def test_reasons_of_failures_are_exported_as_they_are_narrowed(open_console):
    bounds = {"from": "2026-04-10T00:00Z", "to": "2026-04-11T00:00Z", "ap": "figures-app"}
    page = open_console("failures", **bounds)

    name, rows = export(page, 1)

    assert name.startswith("failures-reasons-20")
    assert rows == [["ap_id", "error_msg", "count"], ["figures-app", "'=Token expired", "5"]]


def test_a_change_of_clocks_leaves_each_minute_its_own_row(open_console, write, make_notifications):
    # In Berlin, 03:00 becomes 02:00 at 01:00 UTC.
    change_ms = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp() * 1000)
    for name, first_ms in (("before", change_ms - 30 * MINUTE_MS), ("after", change_ms)):
        write(make_notifications(f"clocks-{name}", 30, first_ms, marketing_id="clocks"))
    page = open_console("campaign", marketing_id="clocks", zone="Europe/Berlin")

    _, (_, *rows) = export(page, 0)

    assert len(rows) == len({time for time, _ in rows}) == 60
    assert rows[0] == ["2026-10-25 02:30:00+02:00", "1"]
    assert rows[30] == ["2026-10-25 02:00:00+01:00", "1"]


def test_figures_cannot_be_exported_before_all_are_counted(open_console, campaign):
    page = open_console()
    waiting = []

    def count_a_part(route):
        body = route.request.post_data_json
        if body["cursor"]:
            waiting.append(route)
            return
        response = route.fetch()
        route.fulfill(response=response, json=response.json() | {"next_cursor": "more"})

    page.route(SUMMARY, count_a_part)
    page.evaluate(f"location.hash = 'campaign?marketing_id={campaign}'")

    expect(page.get_by_text("45 notifications so far")).to_be_visible()
    for number in range(2):
        expect(page.get_by_role("button", name=BUTTON).nth(number)).to_be_disabled()
    for route in waiting:
        route.abort()

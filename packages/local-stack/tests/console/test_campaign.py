"""The campaign: its figures while they are counted, and what a click shows alone."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import sleep, time

import pytest
from playwright.sync_api import expect

from notification_models import Platform, Status

FIRST = datetime(2025, 3, 4, 10, tzinfo=UTC)
SUMMARY = "**/query/marketing/summary"


@pytest.fixture(scope="module", autouse=True)
def _campaign(write, make_notifications):
    """Ten notifications of a campaign: six delivered, one sent, three failed."""
    first_ms = int(FIRST.timestamp() * 1000)

    def make(user_id, count, **values):
        return make_notifications(user_id, count, first_ms, marketing_id="spring", **values)

    failed = {"status": Status.FAILED, "ap_id": "mobile-app-002"}
    write(
        [
            *make("c-1", 6),
            *make("c-2", 1, status=Status.SENT, platform=Platform.ANDROID),
            *make("c-3", 2, **failed, error_msg="Token expired"),
            *make("c-4", 1, **failed, error_msg="Throttled"),
        ]
    )


def get_tiles(page):
    return [each.inner_text().split() for each in page.locator(".tile").all()]


def get_rows(page, table):
    return [each.inner_text().split() for each in page.locator(f"{table} tbody tr").all()]


def test_a_campaign_has_its_counts_and_shares(open_console):
    page = open_console("campaign", marketing_id="spring")
    page.locator(".reasons").wait_for()

    assert get_tiles(page) == [
        ["Delivered", "6", "60.0%"],
        ["Sent", "1", "10.0%"],
        ["Failed", "3", "30.0%"],
    ]
    assert get_rows(page, ".breakdown") == [
        ["mobile-app-001", "IOS", "6", "6", "0", "0", "0.0%"],
        ["mobile-app-002", "IOS", "3", "0", "0", "3", "100.0%"],
        ["mobile-app-001", "ANDROID", "1", "0", "1", "0", "0.0%"],
    ]
    assert get_rows(page, ".reasons") == [
        ["Token", "expired", "2", "66.7%", "mobile-app-002"],
        ["Throttled", "1", "33.3%", "mobile-app-002"],
    ]
    expect(page.locator("tr.row")).to_have_count(10)


def test_a_reason_shows_its_failures_alone_until_one_goes_back(open_console):
    page = open_console("campaign", marketing_id="spring")

    page.get_by_role("button", name="Token expired").click()

    expect(page.locator("tr.row")).to_have_count(2)
    assert page.url.endswith("#campaign?marketing_id=spring&reason=Token%20expired")
    expect(page.locator(".reasons tbody tr")).to_have_count(1)
    assert get_tiles(page)[-1] == ["Failed", "2", "100.0%"]
    page.go_back()
    expect(page.locator("tr.row")).to_have_count(10)


def test_a_platform_and_a_status_show_theirs_alone(open_console):
    page = open_console("campaign", marketing_id="spring")

    page.get_by_role("button", name="ANDROID").click()
    expect(page.locator("tr.row")).to_have_count(1)
    page.go_back()
    page.get_by_role("button", name=re.compile("^Failed 3")).click()

    expect(page.locator("tr.row")).to_have_count(3)
    assert page.url.endswith("&status=FAILED")


def test_the_keyboard_goes_through_the_chart_and_shows_a_stretch_alone(open_console):
    page = open_console("campaign", marketing_id="spring")
    chart = page.get_by_role("slider")
    chart.focus()

    page.keyboard.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", re.compile("18:00.+18:01.+Failed 2"))
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")

    expect(page.locator("tr.row")).to_have_count(6)
    assert page.url.endswith("&from=2025-03-04T10:00Z&to=2025-03-04T10:02Z")


def test_a_pointer_draws_a_stretch(open_console):
    page = open_console("campaign", marketing_id="spring")
    page.locator(".plot .bars").first.wait_for()
    box = page.get_by_role("slider").bounding_box()

    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.99, box["y"] + 100)
    expect(page.locator(".tip")).to_contain_text("Delivered660.0%")
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"&from=2025-03-04T10:00Z&to=2025-03-04T10:06Z$"))


def test_a_finger_reads_a_bar_before_it_shows_it_alone(open_console):
    page = open_console("campaign", marketing_id="spring", width=400, has_touch=True)
    page.locator(".plot .bars").first.wait_for()
    chart = page.get_by_role("slider")
    chart.scroll_into_view_if_needed()
    url, box = page.url, chart.bounding_box()

    def tap(share):
        page.touchscreen.tap(box["x"] + box["width"] * share, box["y"] + 100)

    tap(0.3)
    expect(page.locator(".tip")).to_contain_text("18:01")
    tap(0.15)
    expect(page.locator(".tip")).to_contain_text("18:00")
    assert page.url == url
    tap(0.16)

    expect(page).to_have_url(re.compile(r"&from=2025-03-04T10:00Z&to=2025-03-04T10:01Z$"))


def test_a_tap_elsewhere_puts_the_figures_of_a_bar_away(open_console):
    page = open_console("campaign", marketing_id="spring", width=400, has_touch=True)
    page.locator(".plot .bars").first.wait_for()
    page.get_by_role("slider").tap()
    expect(page.locator(".tip")).to_be_visible()

    page.get_by_role("heading", level=1).tap()

    expect(page.locator(".tip")).to_have_count(0)


def test_the_chart_has_its_figures_as_a_table(open_console):
    page = open_console("campaign", marketing_id="spring")

    page.locator("summary", has_text="Figures as a table").click()

    rows = [each.split() for each in page.locator(".figures-table tbody tr").all_inner_texts()]
    assert len(rows) == 6
    assert [sum(int(row[-place]) for row in rows) for place in (3, 2, 1)] == [3, 1, 6]


@pytest.fixture(scope="module")
def diverse(write, make_notifications):
    """A campaign of 1,100 delivered and 1,200 failures, of which 100 have the same reason."""
    first_ms = int(FIRST.timestamp() * 1000)
    values = {"marketing_id": "diverse", "ap_id": "unique-app"}
    failures = make_notifications("d-failed", 1200, first_ms, status=Status.FAILED, **values)
    write(
        [
            *make_notifications("d-delivered", 1100, first_ms, **values),
            *[replace(each, error_msg=f"No route {max(n, 99)}") for n, each in enumerate(failures)],
        ]
    )
    return "diverse"


def test_more_reasons_than_are_listed_leave_the_other_figures_right(open_console, diverse):
    page = open_console("campaign", marketing_id=diverse)

    expect(page.locator(".counted")).to_have_text("2,300 notifications")
    assert get_rows(page, ".breakdown") == [
        ["unique-app", "IOS", "2,300", "1,100", "0", "1,200", "52.2%"]
    ]


def test_shares_of_reasons_are_of_all_that_failed(open_console, diverse):
    page = open_console("campaign", marketing_id=diverse)

    expect(page.locator(".counted")).to_have_text("2,300 notifications")
    rows = get_rows(page, ".reasons")
    assert rows[0][-3:] == ["100", "8.3%", "unique-app"]
    assert rows[1][-3:] == ["1", "0.1%", "unique-app"]
    assert rows[-1] == ["Other", "reasons", "1,093", "91.1%"]
    expect(page.get_by_text("At least 1,000 different reasons")).to_be_visible()


def test_the_aps_of_a_reason_are_level_and_apart(open_console, write, make_notifications):
    values = {"marketing_id": "aps", "status": Status.FAILED, "error_msg": "Throttled"}
    first_ms = int(FIRST.timestamp() * 1000)
    names = [None, *[f"app-{number}" for number in range(1, 4)]]
    write(
        [
            record
            for number, name in enumerate(names)
            for record in make_notifications(
                f"aps-{number}", 4 - number, first_ms, ap_id=name, **values
            )
        ]
    )
    page = open_console("campaign", marketing_id="aps")
    shown = page.locator(".reasons td.aps").locator(".none, .narrow")
    expect(shown).to_have_text(["(none)", "app-1", "app-2", "and 1 more"])

    boxes = [each.bounding_box() for each in shown.all()]

    middles = [box["y"] + box["height"] / 2 for box in boxes]
    assert max(middles) - min(middles) < 2
    for one, other in pairwise(boxes):
        assert other["x"] - (one["x"] + one["width"]) >= 8


def test_reasons_are_counted_only_of_failures(open_console):
    page = open_console()
    counting = Counting(page, 2)

    page.evaluate("location.hash = 'campaign?marketing_id=large'")
    expect(page.locator(".counted")).to_have_text("2,000 notifications")
    assert [each[-1] for each in counting.asked if "error_msg" in each] == [0, 1]
    counting.status = "SENT"
    counting.asked.clear()
    page.evaluate("location.hash = 'campaign?marketing_id=other'")

    expect(page.get_by_text("Nothing failed.")).to_be_visible()
    expect(page.locator(".counted")).to_have_text("2,000 notifications")
    assert counting.asked
    assert [each for each in counting.asked if "error_msg" in each] == []


class Counting:
    """A campaign that is counted an hour at a time, with so many parts."""

    def __init__(self, page, parts):
        self.asked = []
        self.held = None  # the number of the part before which everything stops
        self.failing = False
        self.status = "FAILED"
        self._parts = parts
        self._waiting = []
        page.route(SUMMARY, self._answer)

    def _answer(self, route):
        body = route.request.post_data_json
        number = int(body["cursor"] or 0)
        self.asked.append((*body["by"], number))
        if number == self.held:
            self._waiting.append(route)
            return
        if self.failing and number == 2:
            problem = {"title": "Not available", "detail": "No answer in time.", "status": 500}
            headers = {"X-Request-Id": "request-7"}
            route.fulfill(status=500, json=problem, headers=headers)
            return
        route.fulfill(json=self._count(number, body["by"]))

    def release(self):
        """Answer what waits, though the page may not wait for it any more."""
        self.held = None
        for route in self._waiting:
            route.abort()

    def _count(self, number, by):
        hour = FIRST + timedelta(hours=self._parts - number)
        created_at = int(hour.timestamp() * 1000)
        values = {
            "status": self.status,
            "platform": "IOS",
            "ap_id": "mobile-app-001",
            "error_msg": "Token expired",
            "minute": hour.isoformat(timespec="minutes"),
            "hour": hour.isoformat(timespec="minutes"),
        }
        group = {name: values[name] for name in by} | {"count": 1000}
        small = [{"other": True, "count": 10}] if "minute" in by or "platform" in by else []
        return {
            "success": True,
            "data": [group, *small],
            "counted": 1000 + sum(each["count"] for each in small),
            "first_created_at": created_at,
            "last_created_at": created_at,
            "next_cursor": str(number + 1) if number + 1 < self._parts else None,
            "message": "",
        }


def open_large(open_console, parts, **options):
    """Open the console, which then shows a campaign that is counted in parts."""
    page = open_console(**options)
    counting = Counting(page, parts)
    fragment = "campaign?marketing_id=large&from=2025-03-04T10:00Z&to=2025-03-04T21:00Z"
    return counting, lambda: page.evaluate(f"location.hash = '{fragment}'"), page


def test_figures_grow_while_they_are_counted_and_say_so(open_console):
    counting, show, page = open_large(open_console, 10)
    counting.held = 3

    show()

    expect(page.locator(".progress")).to_contain_text("3,000 notifications so far")
    expect(page.locator(".progress")).to_contain_text("back to Mar 5, 02:00")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text("Nothing failed.")).to_have_count(0)
    expect(page.locator(".tile b")).to_have_text(["0", "0", "3,000"])
    counting.release()


def test_a_count_is_paused_and_goes_on_where_it_was(open_console):
    counting, show, page = open_large(open_console, 10)
    counting.held = 3
    show()
    expect(page.locator(".progress")).to_contain_text("3,000")

    page.get_by_role("button", name="Pause").click()
    counting.release()
    asked = len(counting.asked)
    page.get_by_role("button", name="Count on").click()

    expect(page.locator(".counted")).to_have_text("10,000 notifications")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert ("status", "hour", 0) not in counting.asked[asked:]


def test_a_problem_leaves_what_was_counted_and_another_try_goes_on(open_console):
    counting, show, page = open_large(open_console, 4, may_fail=True)
    counting.failing = True
    show()

    expect(page.get_by_role("alert")).to_contain_text("Not available")
    expect(page.get_by_role("alert")).to_contain_text("request-7")
    expect(page.locator(".counted")).to_have_text("2,000 notifications so far")
    counting.failing = False
    page.get_by_role("button", name="Try again").click()

    expect(page.locator(".counted")).to_have_text("4,000 notifications")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_minutes_become_hours_where_there_are_too_many_and_the_rest_is_named(open_console):
    page = open_console()
    counting = Counting(page, 3)

    page.evaluate("location.hash = 'campaign?marketing_id=large'")

    expect(page.locator(".counted")).to_have_text("3,000 notifications")
    asked = [each for each in counting.asked if each[0] == "status" and len(each) == 3]
    assert asked == [("status", "minute", 0), *[("status", "hour", part) for part in range(3)]]
    note = "30 more notifications are counted, but in none of these rows"
    expect(page.get_by_text(note)).to_be_visible()


def open_held(open_console):
    """Open a large campaign whose count waits after 2,000 of 4,000; its clock is the test's."""
    counting, show, page = open_large(open_console, 4)
    page.clock.install()
    counting.held = 2
    show()
    expect(page.locator(".progress")).to_contain_text("2,000")
    return counting, page


def refresh_by_itself(page):
    page.get_by_label("Refresh by itself").select_option("30")
    page.clock.run_for(1000)  # its timer starts after a frame


def test_a_refresh_waits_for_the_end_of_a_count(open_console):
    counting, page = open_held(open_console)
    refresh_by_itself(page)

    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)

    expect(page.locator(".progress")).to_contain_text("2,000")
    assert counting.asked.count(("status", "hour", 0)) == 1
    counting.release()


def test_a_refresh_counts_anew_after_a_pause_but_not_by_itself(open_console):
    counting, page = open_held(open_console)
    page.get_by_role("button", name="Pause").click()
    refresh_by_itself(page)
    page.clock.fast_forward(31_000)
    page.clock.run_for(1000)
    expect(page.get_by_role("button", name="Count on")).to_be_visible()
    assert counting.asked.count(("status", "hour", 0)) == 1
    counting.release()

    page.get_by_role("button", name="Refresh", exact=True).click()
    page.clock.run_for(1000)

    expect(page.locator(".counted")).to_have_text("4,000 notifications")
    assert counting.asked.count(("status", "hour", 0)) == 2


@pytest.mark.parametrize("width", [400, 1280])
def test_every_width_has_all_figures_of_an_ap(open_console, width):
    page = open_console("campaign", marketing_id="spring", width=width)
    cells = page.locator(".breakdown tbody tr").first.locator("td")

    expect(cells).to_have_text(["mobile-app-001", "IOS", "6", "6", "0", "0", "0.0%"])
    for cell in cells.all():
        expect(cell).to_be_visible()


def test_a_bar_is_no_block(open_console, write, make_notifications):
    first_ms = int(FIRST.timestamp() * 1000)
    write(make_notifications("single", 1, first_ms, marketing_id="single"))
    page = open_console("campaign", marketing_id="single")

    bar = page.locator(".plot .bars").bounding_box()

    assert 1 < bar["width"] <= 64


def test_the_list_waits_a_moment_for_the_figures_that_would_move_it(open_console):
    page = open_console()
    page.clock.install()
    page.clock.pause_at(time() + 60)
    held = []
    page.route(SUMMARY, lambda route: held.append(route))  # noqa: PLW0108 - it sets an attribute

    page.evaluate("location.hash = 'campaign?marketing_id=spring'")

    rows = page.locator("tr.row")
    for _ in range(100):  # a second of the page, whose effects wait for its clock
        page.clock.run_for(10)
        if rows.count() == 10:
            break
        sleep(0.05)
    expect(rows).to_have_count(10)
    expect(rows.first).to_be_hidden()
    page.clock.run_for(1600)
    expect(rows.first).to_be_visible()
    for route in held:
        route.continue_()


def test_the_list_is_there_before_the_figures_and_without_them(open_console):
    page = open_console(may_fail=True)
    page.route(SUMMARY, lambda route: route.fulfill(status=500))

    page.evaluate("location.hash = 'campaign?marketing_id=spring'")

    expect(page.locator("tr.row")).to_have_count(10)
    expect(page.get_by_role("alert")).to_have_count(1)
    page.unroute(SUMMARY)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".tile b")).to_have_text(["6", "1", "3"])

"""A campaign while it is counted: paused, failing midway, with too many groups, refreshed."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

FIRST = datetime(2025, 3, 4, 10, tzinfo=UTC)


class Counting:
    """A campaign that is counted an hour at a time, with so many parts."""

    def __init__(self, page, parts):
        self.asked = []
        self.held = None  # the number of the part before which everything stops
        self.failing = False
        self._parts = parts
        self._waiting = []
        page.route("**/query/marketing/summary", self._answer)

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
            "status": "FAILED",
            "platform": "IOS",
            "ap_id": "mobile-app-001",
            "error_msg": "Token expired",
            "minute": hour.isoformat(timespec="minutes"),
            "hour": hour.isoformat(timespec="minutes"),
        }
        group = {name: values[name] for name in by} | {"count": 1000}
        small = [{"other": True, "count": 10}] if "minute" in by or "error_msg" in by else []
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


def test_a_refresh_waits_for_the_end_of_a_count(open_console):
    counting, show, page = open_large(open_console, 4)
    page.clock.install()
    counting.held = 2
    show()
    expect(page.locator(".progress")).to_contain_text("2,000")
    page.get_by_label("Refresh by itself").select_option("30")

    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)

    expect(page.locator(".progress")).to_contain_text("2,000")
    assert counting.asked.count(("status", "hour", 0)) == 1
    counting.release()

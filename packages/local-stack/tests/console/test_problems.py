from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

FIRST_MS = 1_772_373_600_000
QUERY = "**/query/user"


@pytest.fixture(scope="module")
def user_id(write, make_notifications):
    write(make_notifications("troubled", 60, FIRST_MS))
    return "troubled"


def refuse(status, title):
    """Answer with a problem that may be repeated at once."""

    def answer(route):
        headers = {
            "Content-Type": "application/problem+json",
            "Retry-After": "0",
            "X-Request-Id": f"request-{status}",
        }
        problem = {"status": status, "title": title, "detail": f"Detail of {title}."}
        route.fulfill(status=status, headers=headers, json=problem)

    return answer


@pytest.mark.parametrize(
    ("status", "title"), [(503, "Overloaded"), (504, "Timed out"), (500, "Internal error")]
)
def test_a_problem_midway_leaves_the_rows_and_can_be_tried_again(
    open_console, user_id, status, title
):
    page = open_console("person", user_id=user_id, may_fail=True)
    page.get_by_role("button", name="Load more").wait_for()
    page.route(QUERY, refuse(status, title))

    page.get_by_role("button", name="Load more").click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(title)
    expect(alert).to_contain_text(f"Detail of {title}.")
    expect(alert).to_contain_text(f"request-{status}")
    expect(page.locator("tr.row")).to_have_count(50)
    page.unroute(QUERY)
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("tr.row")).to_have_count(60)
    expect(alert).to_have_count(0)


REFRESHED = {
    "person": {"user_id": "troubled"},
    "person without rows": {"user_id": "nobody"},
    "transaction": {"transaction_id": "tx-troubled-0007"},
    "transaction without rows": {"transaction_id": "nothing"},
}


@pytest.fixture(params=REFRESHED)
def open_refreshed(request, open_console):
    """Open a view of `REFRESHED`; returns the page, and a check that it shows what it did."""
    page = open_console(request.param.split()[0], may_fail=True, **REFRESHED[request.param])
    heading = page.locator("main h1")
    expect(heading).to_contain_text("notification", ignore_case=True)
    text, rows = heading.text_content(), page.locator("tr.row, .detail").count()

    def check():
        expect(heading).to_have_text(text)
        expect(page.locator("tr.row, .detail")).to_have_count(rows)

    return page, check


@pytest.mark.usefixtures("user_id")
@pytest.mark.parametrize(("status", "title"), [(503, "Overloaded"), (504, "Timed out")])
def test_a_failed_refresh_says_so_and_can_be_tried_again(open_refreshed, status, title):
    page, check_same = open_refreshed
    page.route("**/query/**", refuse(status, title))

    page.get_by_role("button", name="Refresh").first.click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"request-{status}")
    expect(alert).to_be_in_viewport()
    check_same()
    page.unroute("**/query/**")
    alert.get_by_role("button", name="Try again").click()
    expect(alert).to_have_count(0)
    check_same()


@pytest.mark.usefixtures("user_id")
def test_a_refresh_without_a_connection_says_so_until_it_is_back(open_refreshed):
    page, check_same = open_refreshed
    page.context.set_offline(True)

    page.get_by_role("button", name="Refresh").first.click()

    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The service cannot be reached")
    check_same()
    page.context.set_offline(False)
    expect(alert).to_have_count(0)
    check_same()


@pytest.mark.usefixtures("user_id")
@pytest.mark.parametrize("view", ["person", "person without rows"])
def test_a_slow_refresh_says_that_it_reads(open_console, view):
    page = open_console("person", **REFRESHED[view])
    heading = page.locator("main h1")
    expect(heading).to_contain_text("notification", ignore_case=True)
    top = heading.bounding_box()["y"]
    waiting = []
    page.route(QUERY, lambda route: waiting.append(route))  # noqa: PLW0108 - it sets an attribute

    page.get_by_role("button", name="Refresh").first.click()

    reading = page.get_by_text("Reading notifications …")
    expect(reading).to_be_visible()
    assert heading.bounding_box()["y"] == top
    for route in waiting:
        route.continue_()
    expect(reading).to_have_count(0)


@pytest.mark.parametrize(
    ("view", "parameters"),
    [("person", {"user_id": "damaged"}), ("transaction", {"transaction_id": "tx-damaged-0000"})],
)
def test_a_row_that_cannot_be_read_is_noted(
    open_console, write, make_notifications, view, parameters
):
    write(make_notifications("damaged", 1, FIRST_MS))
    note = "1 row could not be read"

    def answer(route):
        response = route.fetch()
        body = response.json()
        route.fulfill(response=response, json=body | {"message": f"{body['message']}; {note}"})

    page = open_console()
    page.route("**/query/**", answer)
    page.evaluate("fragment => { location.hash = fragment; }", f"{view}?{urlencode(parameters)}")

    expect(page.get_by_text(note)).to_be_visible()


def test_a_query_is_repeated_before_anybody_notices(open_console, user_id):
    page = open_console("", may_fail=True)
    page.route(QUERY, refuse(429, "Too many"), times=1)
    page.route(QUERY, refuse(503, "Overloaded"), times=1)

    page.goto(f"{page.url.split('#')[0]}#person?user_id={user_id}")

    expect(page.locator("tr.row")).to_have_count(50)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_lost_connection_is_a_quiet_line_until_it_is_back(open_console, user_id):
    page = open_console("person", user_id=user_id, may_fail=True)
    page.get_by_role("button", name="Load more").wait_for()
    page.context.set_offline(True)

    page.get_by_role("button", name="Load more").click()

    expect(page.get_by_text("Connection lost.")).to_be_visible()
    expect(page.locator("tr.row")).to_have_count(50)
    page.context.set_offline(False)
    expect(page.locator("tr.row")).to_have_count(60)
    expect(page.get_by_text("Connection lost.")).to_have_count(0)


def test_a_refused_query_says_what_is_wrong_with_it(open_console):
    page = open_console("person", user_id="x" * 3000, may_fail=True)

    expect(page.get_by_role("alert")).to_contain_text("/user_id")


def test_an_ended_sign_in_asks_for_a_reload(open_console, user_id):
    page = open_console("", may_fail=True)
    page.route(QUERY, lambda route: route.fulfill(status=401, body="no"))

    page.goto(f"{page.url.split('#')[0]}#person?user_id={user_id}")

    expect(page.get_by_role("alert")).to_contain_text("Your sign-in has ended")
    expect(page.get_by_role("button", name="Reload")).to_be_visible()


@pytest.mark.parametrize(
    "fragment", ["nowhere?x=1", "person?user_id=troubled&from=yesterday&range=ever", "%%%"]
)
def test_a_damaged_link_names_what_is_wrong(open_console, fragment):
    page = open_console(fragment)

    expect(page.get_by_text("This link has parts that the page cannot read")).to_be_visible()

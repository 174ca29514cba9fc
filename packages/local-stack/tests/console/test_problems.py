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

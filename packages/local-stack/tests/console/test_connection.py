"""A connection that is lost, and is back again."""

import pytest
from playwright.sync_api import expect

FIRST_MS = 1_772_373_600_000
LOST = "Connection lost."
TRYING = "Connection lost. Trying again …"


@pytest.fixture(scope="module")
def user_id(write, make_notifications):
    write(make_notifications("offline", 60, FIRST_MS, marketing_id="offline-campaign"))
    return "offline"


def find_problems(page):
    return page.locator(".problem")


def test_what_failed_is_read_once_the_network_is_back(open_console, user_id):
    page = open_console("person", user_id=user_id, may_fail=True)
    page.get_by_role("button", name="Load more").wait_for()
    page.context.set_offline(True)
    page.get_by_role("button", name="Load more").click()
    expect(page.get_by_text(TRYING)).to_be_visible()
    expect(find_problems(page)).to_contain_text("what is shown is from before")
    expect(page.get_by_text(TRYING)).to_have_count(0)
    expect(page.get_by_text(LOST)).to_be_visible()

    page.context.set_offline(False)

    expect(page.locator("tr.row")).to_have_count(60)
    expect(find_problems(page)).to_have_count(0)
    expect(page.get_by_text(LOST)).to_have_count(0)


def test_a_page_that_shows_nothing_does_not_say_that_it_is_old(open_console):
    page = open_console("", may_fail=True)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.context.set_offline(True)

    page.goto(f"{page.url.split('#')[0]}#person?user_id=somebody")

    expect(find_problems(page)).to_contain_text("Check the connection.")
    expect(find_problems(page)).not_to_contain_text("from before")


def test_the_line_about_the_connection_ends_where_nothing_is_read(open_console):
    page = open_console("", may_fail=True)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.context.set_offline(True)
    page.goto(f"{page.url.split('#')[0]}#person?user_id=somebody")
    find_problems(page).wait_for()
    page.goto(f"{page.url.split('#')[0]}#person")
    expect(page.get_by_text(LOST)).to_be_visible()

    page.context.set_offline(False)

    expect(page.get_by_text(LOST)).to_have_count(0)


@pytest.mark.usefixtures("user_id")
@pytest.mark.parametrize("view", ["campaign", "failures"])
def test_figures_and_list_that_fail_alike_say_so_once_and_are_read_again(open_console, view):
    page = open_console("", may_fail=True)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.route("**/query/**", lambda route: route.abort("connectionfailed"))
    fragment = {
        "campaign": "campaign?marketing_id=offline-campaign",
        "failures": "failures?from=2025-08-01T00:00Z&to=2025-08-02T00:00Z",
    }[view]
    page.goto(f"{page.url.split('#')[0]}#{fragment}")
    expect(page.get_by_text("Connection lost. The page reads on")).to_be_visible()

    expect(find_problems(page)).to_have_count(1)
    expect(find_problems(page)).not_to_contain_text("from before")
    page.unroute("**/query/**")
    page.get_by_role("button", name="Try again").click()

    expect(find_problems(page)).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        {"campaign": "offline-campaign", "failures": "No failures"}[view]
    )
    expect(page.locator("tr.row")).to_have_count({"campaign": 50, "failures": 0}[view])

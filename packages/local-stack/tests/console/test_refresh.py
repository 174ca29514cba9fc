import time
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from notification_models import Status

LOADED = 200


@pytest.fixture
def reading(request, open_console, write, make_notifications):
    """A page on row 150 of 200 that were loaded, with its detail open.

    Returns the page, and a function that fails this notification and writes a newer one.
    """
    view = request.param
    name = f"{view}-{time.time_ns()}"
    records = make_notifications(name, 260, 1_772_373_600_000, marketing_id=name)
    write(records)
    page = open_console(may_fail=True)
    page.clock.install()
    field = "user_id" if view == "person" else "marketing_id"
    page.evaluate("fragment => { location.hash = fragment; }", f"{view}?{field}={name}")
    rows = page.locator("tr.row")
    for count in range(50, LOADED, 50):
        expect(rows).to_have_count(count)
        page.get_by_role("button", name="Load more").click()
    expect(rows).to_have_count(LOADED)
    rows.nth(149).locator(".row-open").click()
    expect(page.locator(".detail")).to_contain_text("tx-")

    def change():
        opened = replace(records[-150], status=Status.FAILED)
        newer = replace(records[-1], created_at=records[-1].created_at + 1, transaction_id="newer")
        write([opened, newer])

    return page, change


def find_place(page):
    """Return what is open, and where it is in the window."""
    top = page.locator("tr.row.open").evaluate("row => row.getBoundingClientRect().y")
    return page.evaluate("location.hash"), top


def assert_same_place(page, place):
    fragment, top = find_place(page)
    assert fragment == place[0]
    assert top == pytest.approx(place[1], abs=1)  # the browser scrolls by whole pixels


@pytest.mark.parametrize("reading", ["person"], indirect=True)
def test_a_refresh_by_itself_moves_nothing_that_is_read(reading):
    page, change = reading
    place = find_place(page)
    change()
    page.get_by_label("Refresh by itself").select_option("30")
    page.clock.run_for(1000)  # its timer starts after a frame

    page.clock.fast_forward(31_000)

    newer = page.get_by_role("button", name="Show newer ones")
    expect(newer).to_be_in_viewport()
    expect(page.locator(".detail")).to_contain_text("Failed")
    expect(page.locator("tr.row")).to_have_count(LOADED)
    assert_same_place(page, place)
    newer.click()
    expect(newer).to_have_count(0)
    expect(page.locator("tr.row")).to_have_count(LOADED)
    expect(page.locator(".detail")).to_contain_text("Failed")


@pytest.mark.parametrize("reading", ["person", "campaign"], indirect=True)
def test_a_refresh_reads_as_many_rows_again_and_leaves_the_open_one(reading):
    page, change = reading
    place = find_place(page)
    change()
    page.evaluate(
        """() => {
            const counts = new Set();
            new MutationObserver(() => counts.add(document.querySelectorAll("tr.row").length))
                .observe(document.querySelector("main"), { childList: true, subtree: true });
            return (window.counts = counts), null;
        }"""
    )

    page.get_by_role("button", name="Refresh").evaluate("button => button.click()")

    expect(page.locator(".detail")).to_contain_text("Failed")
    expect(page.locator("tr.row")).to_have_count(LOADED)
    assert page.evaluate("[...counts]") == [LOADED]
    assert_same_place(page, place)


@pytest.mark.parametrize("reading", ["person"], indirect=True)
def test_a_failed_refresh_by_itself_says_so(reading):
    page, _change = reading
    page.route("**/query/user", lambda route: route.fulfill(status=500))
    page.get_by_label("Refresh by itself").select_option("30")
    page.clock.run_for(1000)  # its timer starts after a frame

    page.clock.fast_forward(31_000)

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("tr.row")).to_have_count(LOADED)

import pytest
from playwright.sync_api import expect

FIRST_MS = 1_772_373_600_000  # 2026-03-01 14:00 UTC
PERIOD = {"from": "2026-03-01T00:00Z", "to": "2026-03-03T00:00Z"}


@pytest.fixture(scope="module", autouse=True)
def _campaign(write, make_notifications):
    write(make_notifications("keys", 300, FIRST_MS, marketing_id="keys"))


@pytest.fixture
def page(open_console):
    """A campaign with figures and a list, which is counted to its end."""
    page = open_console("campaign", marketing_id="keys", **PERIOD)
    page.get_by_role("button", name="Load more").wait_for()
    expect(page.locator(".tile b").first).to_have_text("300")
    return page


def wait_until(page, expression):
    """The policy of the page allows no `wait_for_function`."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never: {expression}")


def get_focus(page):
    return page.evaluate("document.activeElement.className")


@pytest.mark.parametrize("focus", ["document.activeElement.blur()", "answer.focus()"])
def test_an_arrow_key_scrolls_a_page_with_figures_above_its_list(page, focus):
    page.evaluate(focus)

    page.keyboard.press("ArrowDown")

    wait_until(page, "scrollY > 0")
    page.wait_for_timeout(300)  # scrolling is smooth
    assert page.evaluate("scrollY") < 200
    assert get_focus(page) != "row-open"


@pytest.mark.parametrize("is_open", [False, True])
def test_an_arrow_key_scrolls_the_table_of_figures(page, is_open):
    if is_open:
        page.locator(".row-open").first.click()
        page.locator(".detail").wait_for()
    page.get_by_text("Figures as a table").first.click()
    table = page.locator(".figures-table .scroll").first
    table.evaluate(
        "element => { element.style.maxHeight = '60px'; element.style.overflow = 'auto'; }"
    )
    table.focus()

    page.keyboard.press("ArrowDown")

    wait_until(page, "document.querySelector('.figures-table .scroll').scrollTop > 0")
    assert get_focus(page) == "scroll"


def test_an_arrow_key_on_a_chart_leaves_the_focus_there(page):
    page.get_by_role("slider").first.focus()

    page.keyboard.press("ArrowDown")

    assert get_focus(page) == "plot"


def test_arrow_keys_walk_a_list_below_figures_from_one_of_its_rows(page):
    page.locator(".row-open").nth(1).focus()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".detail")).to_contain_text("tx-keys-0297")
    page.get_by_role("button", name="Refresh").focus()
    page.keyboard.press("ArrowUp")

    expect(page.locator(".detail")).to_contain_text("tx-keys-0298")


def test_a_detail_that_is_longer_than_its_place_scrolls(open_console, write, make_notifications):
    reason = "\n".join(f"line {number}" for number in range(300))
    write(make_notifications("long", 2, FIRST_MS, status="FAILED", error_msg=reason))
    page = open_console("person", user_id="long")
    page.locator(".row-open").first.click()
    page.set_viewport_size({"width": 1280, "height": 300})
    page.keyboard.press("ArrowRight")

    page.keyboard.press("ArrowDown")

    wait_until(page, "document.querySelector('.detail').scrollTop > 0")
    expect(page.locator(".detail")).to_contain_text("tx-long-0001")

"""Every view in both languages, themes and widths: without axe's findings, within its window."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from local_stack.demo.sample_data import SAMPLE_RECORDS

AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
PERIOD = "from=2024-01-01T00:00Z&to=2024-01-04T00:00Z"
VIEWS = {
    "start": "",
    "person": "person?user_id=test_user_001",
    "person-open": "person?user_id=test_user_002&open=1704067260000:tx_002:test_user_002",
    "person-empty": "person?user_id=nobody&status=FAILED",
    "campaign": "campaign?marketing_id=campaign_2024_new_year",
    "failures": f"failures?{PERIOD}",
    "transaction": "transaction?transaction_id=tx_002",
}


@pytest.fixture(scope="module", autouse=True)
def _samples(write):
    write(SAMPLE_RECORDS)


def find_faults(page):
    """Return what axe finds: the rule, and the elements."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then(({ violations, passes }) => [violations, passes.length])")
    violations, passed = found
    assert passed > 10
    return [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in violations]


@pytest.mark.parametrize(
    ("width", "locale", "theme"), [(1280, "en-US", "light"), (400, "zh-TW", "dark")]
)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_can_be_used_by_everybody(open_console, view, width, locale, theme):
    page = open_console(VIEWS[view], width=width, locale=locale, theme=theme)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.wait_for_load_state("networkidle")

    assert find_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_menus_and_problems_can_be_used_by_everybody(open_console):
    page = open_console(VIEWS["person"], may_fail=True)
    page.get_by_role("row").first.wait_for()
    for menu in page.locator("summary").all():
        menu.click()
        assert find_faults(page) == []
    page.route("**/query/user", lambda route: route.fulfill(status=500))
    page.get_by_role("button", name="Yesterday", exact=True).click()
    page.get_by_role("alert").wait_for()

    assert find_faults(page) == []


def test_the_language_is_the_browsers_until_another_is_chosen(open_console):
    page = open_console("", locale="zh-TW")
    expect(page.get_by_role("heading", level=1)).to_contain_text("想查什麼")

    page.get_by_label("語言").select_option("en")
    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("What do you want to know?")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_browser_keeps_only_settings(open_console):
    page = open_console(VIEWS["person"])
    page.get_by_role("button", name="Password changed").click()
    page.get_by_label("Theme").select_option("dark")
    page.get_by_label("Time zone").select_option("UTC")
    page.get_by_label("Language").select_option("zh-TW")

    kept = page.evaluate("({ ...localStorage })")

    assert kept == {
        "notifications.theme": "dark",
        "notifications.zone": "UTC",
        "notifications.language": "zh-TW",
    }
    assert page.evaluate("sessionStorage.length") == 0
    assert page.context.cookies() == []


def test_a_moving_thing_rests_where_motion_is_not_wanted(open_console):
    page = open_console(VIEWS["person"])
    page.emulate_media(reduced_motion="reduce")
    page.locator("tr.row").first.wait_for()

    assert page.evaluate("document.getAnimations().length") == 0


def test_paper_has_the_answer_and_nothing_to_click(open_console):
    page = open_console(VIEWS["person"])
    page.locator("tr.row").first.wait_for()

    page.emulate_media(media="print")

    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("tr.row").first).to_be_visible()
    expect(page.get_by_role("button", name="Look up")).to_be_hidden()

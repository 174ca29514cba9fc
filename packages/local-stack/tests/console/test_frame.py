"""The console's frame: search, period, filters, the start page, and what shows while it reads."""

import re

import pytest
from playwright.sync_api import expect

from local_stack.demo.sample_data import SAMPLE_RECORDS

PERIOD = {"from": "2024-01-01T00:00Z", "to": "2024-01-04T00:00Z"}
SMALLEST_TARGET_PX = 32


@pytest.fixture(scope="module", autouse=True)
def _samples(write):
    write(SAMPLE_RECORDS)


def find_ground(locator):
    return locator.evaluate("node => getComputedStyle(node).backgroundColor")


def find_luminance(colour):
    """Return the relative luminance that WCAG defines, of a colour such as `rgb(1, 2, 3)`."""
    shares = [int(each) / 255 for each in re.findall(r"\d+", colour)]
    linear = [each / 12.92 if each <= 0.04 else ((each + 0.055) / 1.055) ** 2.4 for each in shares]
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("person?user_id=slow", "Reading notifications …"),
        ("failures", "Counting notifications …"),
        ("", "Reading the latest failures …"),
    ],
)
def test_what_is_being_read_can_be_seen(open_console, fragment, text, theme):
    page = open_console("person", theme=theme, may_fail=True)
    page.get_by_text("Paste an id above.").wait_for()
    page.route("**/query/**", lambda _route: None)

    page.goto(f"{page.url.split('#')[0]}#{fragment}")

    expect(page.get_by_text(text)).to_be_visible()
    assert page.get_by_text(text).bounding_box()["height"] > 10
    places = (page.locator(".loading .line").first, page.locator("body"))
    darker, lighter = sorted(find_luminance(find_ground(each)) + 0.05 for each in places)
    assert lighter / darker > 1.25


def test_a_pressed_choice_can_be_told_apart_with_the_colours_of_the_system(open_console):
    page = open_console("person", user_id="test_user_001")
    page.emulate_media(forced_colors="active")

    pressed = page.get_by_role("button", name="Any time", pressed=True)

    find_ink = "node => getComputedStyle(node).color"
    other = page.get_by_role("button", name="Today")
    assert pressed.evaluate(find_ink) != other.evaluate(find_ink)


def test_paper_has_the_zone_of_a_chart_and_no_word_on_clicks(open_console):
    page = open_console("failures", **PERIOD)
    expect(page.get_by_text("draw across the bars")).to_be_visible()

    page.emulate_media(media="print")

    expect(page.get_by_text("Times in Asia/Taipei")).to_be_visible()
    expect(page.get_by_text("draw across the bars")).to_be_hidden()


def test_a_slash_at_the_end_of_the_address_changes_nothing(open_console):
    page = open_console("person", user_id="test_user_001")

    page.goto(page.url.replace("/console#", "/console/#"))

    expect(page.locator("tr.row")).to_have_count(5)
    assert "/console#person" in page.url


def test_a_question_is_a_link_to_its_example(open_console):
    page = open_console("")
    page.route(
        "**/query/fail",
        lambda route: route.fulfill(
            json={
                "data": [{"user_id": "test_user_001", "marketing_id": None, "created_at": 1}],
                "message": "1 notification",
                "next_cursor": None,
            }
        ),
    )
    page.reload()

    page.get_by_role("link", name="What did a user receive? For example test_user_001").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("5 notifications")


def test_a_question_without_an_example_is_no_link(open_console):
    page = open_console("")

    expect(page.get_by_role("heading", name="How did a campaign do?")).to_be_visible()
    expect(page.get_by_role("link", name="How did a campaign do?")).to_have_count(0)


@pytest.mark.parametrize(
    "fragment",
    ["", "person?user_id=test_user_002&open=1704067260000:tx_002:test_user_002"],
)
@pytest.mark.parametrize("width", [1280, 400])
def test_every_link_is_large_enough_to_be_hit(open_console, fragment, width):
    page = open_console(fragment, width=width)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.wait_for_load_state("networkidle")

    sizes = page.locator("a:not(.skip)").evaluate_all(
        "found => found.map((each) => [each.innerText, each.getBoundingClientRect().height])"
    )

    assert len(sizes) >= 3
    assert [each for each in sizes if each[1] < SMALLEST_TARGET_PX] == []


def test_a_phone_shows_the_whole_id_in_the_search_box(open_console):
    page = open_console("person", width=400, user_id="seed-user-00059-of-a-longer-name")

    box = page.get_by_role("searchbox")
    expect(box).to_have_value("seed-user-00059-of-a-longer-name")
    assert box.evaluate("node => node.scrollWidth <= node.clientWidth")


@pytest.mark.parametrize("locale", ["en-US", "zh-TW"])
def test_a_phone_has_filters_and_refresh_in_one_line(open_console, locale):
    page = open_console("person", width=400, locale=locale, user_id="test_user_001")
    page.locator("tr.row").first.wait_for()

    filters, refresh = [page.locator(name).bounding_box() for name in (".filters", ".refresh")]

    assert filters["y"] == refresh["y"]
    assert page.locator("main").bounding_box()["y"] <= 220


def test_a_phone_shades_the_edge_behind_which_there_are_more_periods(open_console):
    page = open_console("person", width=400, user_id="test_user_001")
    periods = page.locator(".periods")

    assert periods.evaluate("node => node.scrollWidth > node.clientWidth")
    attached = periods.evaluate("node => getComputedStyle(node).backgroundAttachment")
    assert attached == "local, local, scroll, scroll"

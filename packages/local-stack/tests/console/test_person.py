import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from notification_models import Platform, Status

FIRST_MS = 1_772_373_600_000  # 2026-03-01 22:00 in Taipei
MINUTE_MS = 60_000


def find_rows(page):
    return page.locator("tr.row")


@pytest.fixture(scope="module")
def user_id(write, make_notifications):
    """A user with 60 notifications, and three that differ."""
    write(make_notifications("person", 60, FIRST_MS))
    write(
        make_notifications(
            "person",
            1,
            FIRST_MS + 3 * 3_600_000,
            notification_title="Your sign-in code",
            status=Status.FAILED,
            platform=Platform.ANDROID,
            error_msg='{"code": 410, "text": "Token expired"}',
            retry_cnt=3,
            marketing_id="person-campaign",
            send_ts=FIRST_MS + 3 * 3_600_000 + 400,
            failed_ts=FIRST_MS + 3 * 3_600_000 + 2_500,
            transaction_id="tx-person-failed",
        )
    )
    return "person"


def test_notifications_are_listed_newest_first_and_parted_by_days(open_console, user_id):
    page = open_console("person", user_id=user_id)

    expect(find_rows(page).first).to_contain_text("01:00:00")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The newest 50 notifications")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Asia/Taipei, +08:00")
    expect(page.locator("tr.day")).to_have_text(["Monday, Mar 2, 2026", "Sunday, Mar 1, 2026"])
    page.get_by_role("button", name="Load more").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("61 notifications of person")
    expect(find_rows(page)).to_have_count(61)
    expect(find_rows(page).last).to_contain_text("22:00:00")
    expect(page.get_by_text("That is all.")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 400])
def test_a_row_opens_all_that_is_known_of_it(open_console, user_id, width):
    page = open_console("person", user_id=user_id, width=width)

    page.get_by_role("button", name="Your sign-in code").click()

    detail = page.get_by_role("article", name="Notification")
    for text in ("01:00:00.000", "+400ms", "+2.5s", '"code": 410', "tx-person-failed"):
        expect(detail).to_contain_text(text)
    expect(detail).not_to_contain_text("delivered")  # a time that its sender did not write
    detail.get_by_role("button", name="Copy Transaction").click()
    expect(detail.get_by_text("Copied")).to_be_visible()
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)


def test_a_link_leads_back_to_what_it_was_made_of(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.get_by_text("Status", exact=True).first.click()
    page.get_by_role("checkbox", name="Failed").check()
    page.get_by_role("button", name="Your sign-in code").click()
    address = page.url

    other = open_console("", zone="Europe/Berlin")
    other.goto(address)
    other.reload()

    assert "status=FAILED" in address
    expect(find_rows(other)).to_have_count(1)
    expect(other.get_by_role("article", name="Notification")).to_contain_text("18:00:00.000")


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("view", ["person", "campaign"])
def test_a_link_to_a_row_beyond_the_first_page_opens_it(
    open_console, write, make_notifications, width, view
):
    write(make_notifications("linked:user", 60, FIRST_MS, marketing_id="linked"))
    ids = {"user_id": "linked:user"} if view == "person" else {"marketing_id": "linked"}
    key = f"{FIRST_MS}:tx-linked:user-0000:linked:user"

    page = open_console(view, width=width, open=key, **ids)

    detail = page.get_by_role("article", name="Notification")
    expect(detail).to_contain_text("tx-linked:user-0000")
    expect(find_rows(page)).to_have_count(50)
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)


@pytest.mark.parametrize(
    ("view", "ids"),
    [
        ("person", {"user_id": "person"}),
        ("campaign", {"marketing_id": "nothing"}),
        ("failures", {"ap": "nothing"}),
    ],
)
@pytest.mark.usefixtures("user_id")
def test_a_link_whose_list_is_empty_by_now_opens_its_row(open_console, view, ids):
    period = {"from": "2025-09-01T00:00Z", "to": "2025-09-02T00:00Z"}
    page = open_console(view, open=f"{FIRST_MS}:tx-person-0000:person", **ids, **period)

    detail = page.get_by_role("article", name="Notification")
    expect(detail).to_contain_text("tx-person-0000")
    expect(page.locator(".empty h1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)


@pytest.mark.parametrize("key", [f"{FIRST_MS}:gone:person", "damaged"])
def test_a_link_to_a_row_that_is_not_there_says_so(open_console, user_id, key):
    page = open_console("person", user_id=user_id, open=key)

    expect(page.get_by_text("The notification of this link is not there")).to_be_visible()
    expect(find_rows(page)).to_have_count(50)


def test_a_link_to_a_row_that_cannot_be_read_can_be_tried_again(open_console, user_id):
    page = open_console(may_fail=True)
    page.route("**/query/transaction", lambda route: route.fulfill(status=500))
    key = f"{FIRST_MS}:tx-person-0000:person"
    page.evaluate(
        "fragment => { location.hash = fragment; }", f"person?user_id={user_id}&open={key}"
    )
    page.get_by_role("alert").wait_for()
    page.unroute("**/query/transaction")

    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_role("article", name="Notification")).to_contain_text("tx-person-0000")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_back_returns_through_every_step(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.get_by_text("Platform", exact=True).first.click()
    page.get_by_role("checkbox", name="ANDROID").check()
    expect(find_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Your sign-in code").click()
    page.get_by_role("article").get_by_role("link", name="person-campaign").click()
    expect(page.get_by_role("searchbox")).to_have_value("person-campaign")

    page.go_back()
    expect(page.get_by_role("article", name="Notification")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("article", name="Notification")).to_have_count(0)
    expect(find_rows(page)).to_have_count(1)
    page.go_back()
    expect(find_rows(page)).to_have_count(50)


def test_filters_narrow_and_can_be_taken_away(open_console, user_id):
    page = open_console("person", user_id=user_id, status="FAILED", platform="ANDROID")
    expect(find_rows(page)).to_have_count(1)

    page.get_by_role("button", name="Remove the filter Platform: ANDROID").click()
    expect(find_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Remove the filter Status: Failed").click()

    expect(find_rows(page)).to_have_count(50)
    assert page.url.endswith(f"#person?user_id={user_id}")


@pytest.mark.parametrize(
    ("zone", "preset", "expected"),
    [
        # Mar 2, 09:00 in Taipei: yesterday evening is Mar 1, 18:00 to 24:00.
        ("Asia/Taipei", "Yesterday evening", 60),
        ("Asia/Taipei", "Today", 1),
        ("Asia/Taipei", "7 days", 61),
        # The same instant is 20:00 on Mar 1 in New York, and all was on that day.
        ("America/New_York", "Today", 61),
    ],
)
def test_a_preset_is_of_the_days_of_the_zone(open_console, user_id, zone, preset, expected):
    page = open_console("", zone=zone)
    page.clock.set_fixed_time(datetime(2026, 3, 2, 1, tzinfo=UTC))
    page.goto(f"{page.url.split('#')[0]}#person?user_id={user_id}")
    page.reload()

    page.get_by_role("button", name=preset, exact=True).click()

    if expected > 50:
        page.get_by_role("button", name="Load more").click()
    expect(find_rows(page)).to_have_count(expected)


@pytest.mark.parametrize(
    ("preset", "words"),
    [
        ("Any time", "Mar 1, 22:11 . Mar 2, 01:00"),
        ("Today", "since Mar 2, 2026, 00:00"),
        ("Yesterday evening", "Mar 1, 18:00 . Mar 2, 00:00"),
    ],
)
def test_the_heading_says_which_time_was_asked_for(open_console, user_id, preset, words):
    page = open_console()
    page.clock.set_fixed_time(datetime(2026, 3, 2, 1, tzinfo=UTC))
    page.goto(f"{page.url.split('#')[0]}#person?user_id={user_id}")
    page.reload()

    page.get_by_role("button", name=preset, exact=True).click()

    times = page.get_by_role("heading", level=1).locator(".times")
    expect(times).to_have_text(re.compile(rf"^\s*{words} · Asia/Taipei, \+08:00"))


def test_times_and_title_are_to_be_copied(open_console, write, make_notifications):
    times = {"send_ts": FIRST_MS + 400, "delivered_ts": FIRST_MS + 26 * 3_600_000}
    write(make_notifications("copied", 1, FIRST_MS, notification_title="Copied title", **times))
    page = open_console("transaction", transaction_id="tx-copied-0000")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = {
        "title": "Copied title",
        "created": "2026-03-01T22:00:00.000+08:00",
        "sent": "2026-03-01T22:00:00.400+08:00",
        "delivered": "2026-03-03T00:00:00.000+08:00",
    }

    for name, text in copied.items():
        button = page.get_by_role("button", name=f"Copy {name}")
        button.click()
        expect(button.get_by_text("Copied")).to_be_visible()
        assert page.evaluate("navigator.clipboard.readText()") == text

    steps = page.get_by_role("list", name="Times").get_by_role("listitem")
    expect(steps.nth(1)).to_have_text(re.compile(r"\+400ms\s*22:00:00\.400"))
    expect(steps.nth(2)).to_contain_text("Mar 3, 2026 00:00:00.000")


def test_clocks_that_are_put_back_show_an_hour_twice(open_console, write, make_notifications):
    # In Berlin, 03:00 becomes 02:00 at 01:00 UTC.
    change_ms = int(datetime(2026, 10, 25, 1, tzinfo=UTC).timestamp() * 1000)
    write(make_notifications("clocks", 2, change_ms - 30 * MINUTE_MS))
    write(make_notifications("clocks", 2, change_ms + 30 * MINUTE_MS, ap_id="later"))
    page = open_console("person", user_id="clocks", zone="Europe/Berlin")

    times = find_rows(page).locator("time")
    expect(times).to_have_text(
        ["02:31:00 +01:00", "02:30:00 +01:00", "02:31:00 +02:00", "02:30:00 +02:00"]
    )


def test_a_period_of_ones_own_is_as_clocks_show_it(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.get_by_text("From … to …").click()
    page.get_by_label("From").fill("2026-03-01T22:10")
    page.get_by_label("To (exclusive)").fill("2026-03-01T22:20")

    page.get_by_role("button", name="Apply").click()

    expect(find_rows(page)).to_have_count(10)
    assert page.url.endswith("&from=2026-03-01T14:10Z&to=2026-03-01T14:20Z")


def test_another_zone_shows_the_same_instants(open_console, user_id):
    page = open_console("person", user_id=user_id)
    expect(find_rows(page).first).to_contain_text("01:00:00")

    page.get_by_label("Time zone").select_option("Australia/Sydney")

    expect(find_rows(page).first).to_contain_text("04:00:00")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Australia/Sydney, +11:00")


@pytest.mark.usefixtures("user_id")
def test_nothing_found_says_where_it_was_looked_for(open_console):
    page = open_console("person", user_id="person-campaign", status="SENT")

    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("No notifications of the user person-campaign, at any time")
    expect(page.get_by_text("with the filter: Status Sent")).to_be_visible()
    page.get_by_role("link", name="Look for it as: Campaign").click()
    expect(find_rows(page)).to_have_count(1)


def test_everything_is_within_reach_of_the_keyboard(open_console, user_id):
    page = open_console("")
    page.get_by_role("heading", name="What do you want to know?").wait_for()

    page.keyboard.press("/")
    page.keyboard.type(user_id)
    page.keyboard.press("Enter")
    find_rows(page).first.wait_for()
    page.get_by_role("searchbox").blur()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    detail = page.get_by_role("article", name="Notification")
    expect(detail).to_contain_text("tx-person-0059")
    page.keyboard.press("ArrowDown")
    expect(detail).to_contain_text("tx-person-0058")
    page.keyboard.press("Escape")
    expect(detail).to_have_count(0)


def test_every_stop_of_the_tab_key_can_be_seen(open_console, user_id):
    page = open_console("person", user_id=user_id, status="FAILED")
    find_rows(page).first.wait_for()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name, is_marked = page.evaluate(
            """() => {
                const focused = document.activeElement;
                if (focused === document.body) {
                    return [null, true];
                }
                const { outlineStyle, outlineWidth } = getComputedStyle(focused);
                const isMarked = outlineStyle !== "none" && parseFloat(outlineWidth) >= 1;
                return [focused.textContent.trim() || focused.ariaLabel, isMarked];
            }"""
        )
        if name is None:
            break
        reached.append(name)
        assert is_marked, name
    assert "Your sign-in code" in reached
    assert {"Failures", "Look up", "Export"} <= set(reached)

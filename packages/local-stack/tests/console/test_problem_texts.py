"""What a problem says: a text of the page's language, and the service's own as a detail."""

import re

import pytest
from playwright.sync_api import expect

QUERY = "**/query/user"
LONG = {"from": "2025-01-01T00:00Z", "to": "2025-03-01T00:00Z"}


def refuse(status, name):
    """Respond with a problem of the service that may be repeated at once."""

    def respond(route):
        headers = {"Content-Type": "application/problem+json", "Retry-After": "0"}
        problem = {"type": f"/problems/{name}", "title": name, "detail": f"Detail of {name}."}
        route.fulfill(status=status, headers=headers, json=problem | {"request_id": "r-1"})

    return respond


def look_up(page, user_id):
    page.goto(f"{page.url.split('#')[0]}#person?user_id={user_id}")


@pytest.mark.parametrize(
    ("status", "name", "title"),
    [
        (503, "overloaded", "The service is busy"),
        (503, "throttled", "The service is busy"),
        (503, "unavailable", "The service does not work right now"),
        (503, "not-ready", "The service has no access to its data"),
        (504, "deadline-exceeded", "It took too long"),
        (413, "body-too-large", "This is too much to look up"),
        (400, "invalid-cursor", "The list cannot be continued"),
        (500, "internal-error", "The service answered with an error (500)"),
    ],
)
def test_a_problem_has_a_title_by_its_type(open_console, status, name, title):
    page = open_console("", may_fail=True)
    page.route(QUERY, refuse(status, name))

    look_up(page, "whoever")

    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text(title)
    expect(alert.locator("small")).to_have_text(f"{name}: Detail of {name}.")
    expect(alert).to_contain_text("r-1")
    expect(alert.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize(
    ("status", "title"),
    [
        (429, "The service is busy"),
        (502, "The service does not work right now"),
        (504, "It took too long"),
    ],
)
def test_a_problem_of_a_proxy_has_a_title_by_its_status(open_console, status, title):
    page = open_console("", may_fail=True)
    page.route(
        QUERY, lambda route: route.fulfill(status=status, headers={"Retry-After": "0"}, body="no")
    )

    look_up(page, "whoever")

    expect(page.get_by_role("alert").get_by_role("heading")).to_have_text(title)
    expect(page.get_by_role("alert").locator("small")).to_have_count(0)


def test_a_chinese_page_has_english_only_as_a_detail_that_is_marked(open_console):
    page = open_console("failures", locale="zh-TW", may_fail=True, **LONG)

    alert = page.get_by_role("alert")
    expect(alert.get_by_role("heading")).to_have_text("無法以這些條件查詢")
    expect(alert.get_by_role("listitem")).to_contain_text("失敗通知一次最多查詢 31 天")
    english = alert.locator("[lang=en]")
    expect(english).to_contain_text(["/created_from", "See `errors`"])
    english.evaluate_all("found => found.forEach((each) => each.remove())")
    rest = alert.evaluate(
        "node => { node.querySelector('.request-id').remove(); return node.innerText }"
    )
    assert not re.search("[A-Za-z]{2}", rest)


def test_an_id_that_is_too_long_is_named(open_console):
    page = open_console("person", user_id="x" * 3000, may_fail=True)

    expect(page.get_by_role("alert").get_by_role("listitem")).to_contain_text(
        "This id is too long."
    )


def choose_own_period(page, start, end):
    page.locator(".periods summary").click()
    page.get_by_label("From", exact=True).fill(start)
    page.get_by_label("To (exclusive)").fill(end)


def test_failures_of_more_than_31_days_are_refused_before_the_service_does(open_console):
    page = open_console("failures", zone="UTC")
    choose_own_period(page, "2025-01-01T00:00", "2025-02-01T00:01")

    expect(page.get_by_role("alert")).to_have_text("Choose at most 31 days.")
    expect(page.get_by_role("button", name="Apply")).to_be_disabled()
    page.get_by_label("To (exclusive)").fill("2025-02-01T00:00")
    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("No failures")


def test_failures_since_more_than_31_days_ago_are_refused(open_console):
    page = open_console("failures", zone="UTC")
    choose_own_period(page, "2025-01-01T00:00", "")

    expect(page.get_by_role("alert")).to_have_text("Choose at most 31 days.")


def test_notifications_of_a_user_may_be_of_a_longer_time(open_console):
    page = open_console("person", user_id="nobody", zone="UTC")
    choose_own_period(page, "2025-01-01T00:00", "2025-12-01T00:00")

    page.get_by_role("button", name="Apply").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Jan 1")

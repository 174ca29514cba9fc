"""The page at /docs in a real browser."""

import pytest

from testing.chromium import CHROMIUM, MISSING, run_browser

pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason=f"{MISSING}: whether /docs works in a browser, and whether it loads from another host,"
    " stays unknown",
)


@pytest.fixture(scope="module")
def browser():
    with run_browser() as running:
        yield running


@pytest.fixture(params=[1280, 400])
def page(request, browser):
    """An empty page in a window of this width, which collects `requests` and `complaints`."""
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda sent: page.requests.append(sent.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page


@pytest.mark.parametrize("path", ["/docs", "/v1/docs"])
def test_the_page_shows_every_operation_and_requests_no_other_host(
    page, http, service_url, path, tmp_path, record_property, capsys
):
    prefix = service_url + path.removesuffix("/docs")

    page.goto(service_url + path)
    page.locator(".opblock").first.wait_for()

    shown = page.locator("[data-path]").evaluate_all("all => all.map(each => each.dataset.path)")
    page.locator("#operations-queries-queryUser .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    with page.expect_response(f"{prefix}/query/user") as response_info:
        page.get_by_role("button", name="Execute").click()
    page.locator(".live-responses-table").wait_for()
    described = http.get(f"{prefix}/openapi.json").json()["paths"]
    assert sorted(shown) == sorted(described)
    assert response_info.value.status == 200
    assert response_info.value.json()["total_count"] == 1
    assert {url for url in page.requests if not url.startswith((f"{prefix}/", "data:"))} == set()
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot = tmp_path / f"docs-{page.viewport_size['width']}.png"
    page.screenshot(path=screenshot, full_page=True)
    record_property("screenshot", str(screenshot))
    with capsys.disabled():
        print(f"\nscreenshot: {screenshot}")

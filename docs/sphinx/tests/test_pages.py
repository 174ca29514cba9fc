"""The built pages in a real browser, 1280 and 400 px wide; `nox -s docs` builds them first."""

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from pathlib import Path

import pytest

from testing.chromium import CHROMIUM, MISSING, run_browser

SITE = Path(__file__).parents[3] / "site"
REDIRECT = "index.html"
PAGES = sorted({str(page.relative_to(SITE)) for page in SITE.rglob("*.html")} - {REDIRECT})
WITH_DIAGRAMS = [page for page in PAGES if 'class="diagram"' in (SITE / page).read_text("utf-8")]
SMALLEST_TEXT_PX = 11
# The labels of each diagram: position, clipping box and font size as drawn.
FIND_LABELS = """() => [...document.querySelectorAll(".diagram > svg")].map((svg) => {
    const box = (element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return { left, right, top, bottom };
    };
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const clips = (element) => element && getComputedStyle(element).overflow !== "visible";
    const labels = svg.querySelectorAll(".nodeLabel, .edgeLabel span, .cluster-label span, text");
    return [...labels].filter((label) => label.textContent.trim()).map((label) => {
        const frame = label.closest("foreignObject");
        return {
            text: label.textContent,
            size: parseFloat(getComputedStyle(label).fontSize) * scale,
            clip: box(clips(frame) ? frame : svg),
            ...box(label),
        };
    });
})"""

pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None,
        reason=f"{MISSING}: layout, search and requests to other hosts are not tested",
    ),
    pytest.mark.skipif(not SITE.exists(), reason="no site/: `uvx nox -s docs` builds and tests it"),
]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def site_url():
    handler = functools.partial(QuietHandler, directory=SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser():
    with run_browser() as running:
        yield running


@pytest.fixture(scope="module", params=[1280, 400])
def page(request, browser):
    with browser.new_context(viewport={"width": request.param, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture
def watched(page):
    """The page, with the URLs it requests (`requests`) and its errors and logs (`complaints`)."""
    page.requests, page.complaints = [], []
    listeners = {
        "request": lambda sent: page.requests.append(sent.url),
        "console": lambda message: page.complaints.append(message.text),
        "pageerror": lambda error: page.complaints.append(str(error)),
    }
    for event, listener in listeners.items():
        page.on(event, listener)
    yield page
    for event, listener in listeners.items():
        page.remove_listener(event, listener)


def is_within(box, outer):
    return (
        box["left"] >= outer["left"] - 1
        and box["right"] <= outer["right"] + 1
        and box["top"] >= outer["top"] - 1
        and box["bottom"] <= outer["bottom"] + 1
    )


def overlap(one, other):
    return (
        min(one["right"], other["right"]) - max(one["left"], other["left"]) > 1
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > 1
    )


def test_there_are_pages():
    assert "docs/tutorial.html" in PAGES
    assert "docs/architecture.html" in WITH_DIAGRAMS


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_its_window_and_loads_nothing_from_other_hosts(watched, site_url, path):
    watched.goto(f"{site_url}/{path}")

    assert {url for url in watched.requests if not url.startswith((site_url, "data:"))} == set()
    assert watched.complaints == []
    assert watched.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("path", WITH_DIAGRAMS)
def test_every_diagram_has_readable_labels(watched, site_url, path):
    watched.goto(f"{site_url}/{path}")

    source = (SITE.parent / path).with_suffix(".md").read_text(encoding="utf-8")
    diagrams = watched.evaluate(FIND_LABELS)
    assert len(diagrams) == source.count("```mermaid") > 0
    for labels in diagrams:
        assert len(labels) > 1
        assert [each["text"] for each in labels if each["size"] < SMALLEST_TEXT_PX] == []
        assert [each["text"] for each in labels if not is_within(each, each["clip"])] == []
        assert [
            (one["text"], other["text"])
            for one, other in combinations(labels, 2)
            if overlap(one, other)
        ] == []


def test_the_first_page_leads_to_the_documentation(watched, site_url):
    watched.goto(f"{site_url}/{REDIRECT}")

    watched.wait_for_url(f"{site_url}/docs/index.html")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tombstone", "docs/glossary"),
        ("429", "docs/runbook"),
        ("503", "docs/reference/api"),
        ("通知", "README.zh-TW"),
        ("推播通知", "README.zh-TW"),
        ("列", "README.zh-TW"),
    ],
)
def test_the_search_finds_words_numbers_and_chinese(watched, site_url, query, found):
    watched.goto(f"{site_url}/search.html?q={query}")

    watched.locator(f"ul.search a[href*='{found}']").first.wait_for()


def test_the_search_does_not_find_chinese_that_is_in_no_page(watched, site_url):
    watched.goto(f"{site_url}/search.html?q=知推")

    watched.get_by_text("did not match any documents").wait_for()

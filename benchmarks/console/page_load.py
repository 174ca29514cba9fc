"""One load of a view: what it transfers, and when what can be seen."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Response

# Collected from the first moment of a page on. Buffered entries would miss long tasks.
_OBSERVE: Final = """
    window.observed = { shift: 0, blocked: 0, largest: 0 };
    const observe = (type, add) => new PerformanceObserver((list) =>
        list.getEntries().forEach(add)).observe({ type, buffered: true });
    observe("layout-shift", (each) => { observed.shift += each.hadRecentInput ? 0 : each.value; });
    observe("longtask", (each) => { observed.blocked += Math.max(0, each.duration - 50); });
    observe("largest-contentful-paint", (each) => { observed.largest = each.startTime; });
"""
_READ: Final = """() => {
    const [first] = performance.getEntriesByName("first-contentful-paint");
    return { ...observed, first: first.startTime };
}"""


@dataclass(frozen=True, slots=True)
class PageLoad:
    """What a load of a view took.

    Attributes:
        assets: responses of the console itself; `queries` are those of the API.
        asset_bytes: of their bodies, as they are served.
        gzip_bytes: of the same bodies, as a proxy may compress them.
        first_paint_ms: until the first text or picture is seen.
        largest_paint_ms: until the largest one is.
        blocked_ms: for which the page could not react, beyond 50 ms of each long task.
        shift: by how much things moved by themselves (cumulative layout shift); 0 is none.
    """

    assets: int
    queries: int
    asset_bytes: int
    gzip_bytes: int
    first_paint_ms: float
    largest_paint_ms: float
    blocked_ms: float
    shift: float


def load(context: "BrowserContext", url: str, *, slowdown: int) -> PageLoad:
    """Load a view in a new page, and wait until it has asked everything.

    Args:
        slowdown: how many times slower the processor is.
    """
    page = context.new_page()
    responses: list[Response] = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108 - no builtins
    page.add_init_script(_OBSERVE)
    _slow_down(page, slowdown)
    page.goto(url)
    page.locator("main :is(h1, h2)").first.wait_for()
    page.wait_for_load_state("networkidle")
    observed = page.evaluate(_READ)
    bodies = _read_assets(responses)
    queries = [each for each in responses if "/query/" in each.url]
    page.close()
    return PageLoad(
        assets=len(bodies),
        queries=len(queries),
        asset_bytes=sum(map(len, bodies)),
        gzip_bytes=sum(len(gzip.compress(body)) for body in bodies),
        first_paint_ms=observed["first"],
        largest_paint_ms=observed["largest"],
        blocked_ms=observed["blocked"],
        shift=observed["shift"],
    )


def _slow_down(page: "Page", slowdown: int) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})


def _read_assets(responses: "Sequence[Response]") -> list[bytes]:
    """Return the bodies of the page and its parts that did not come from the browser's cache."""
    assets = [each for each in responses if "/console" in each.url]
    return [each.body() for each in assets if each.request.sizes()["responseBodySize"] > 0]

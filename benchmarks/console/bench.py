"""Loads each view of the console on the local stack, with an empty and with a filled cache."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields
from statistics import median
from typing import TYPE_CHECKING, Final

from benchmarks.console.page_load import PageLoad, load
from benchmarks.report import Report
from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.demo.sample_incident import write_sample_incident
from local_stack.emulator.aws_access import AWS_SESSION
from local_stack.stack import LocalStack, StackOptions, run_stack
from testing.chromium import run_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_VIEWS: Final = {
    "start": "",
    "person": "person?user_id=test_user_001",
    "campaign": "campaign?marketing_id=campaign_2024_new_year",
    "failures": "failures",
}
_SLOWDOWN: Final = 4  # an old laptop or a phone, as Lighthouse has it
_PROJECTED_TIMEOUT_S: Final = 300
_HEADER: Final = (
    "view",
    "requests",
    "KB",
    "KB gzip",
    "first paint ms",
    "largest ms",
    "blocked ms",
    "shift",
)


def run(*, is_quick: bool) -> Report:
    """Load the views and return the medians of the rounds."""
    rounds = 1 if is_quick else 5
    with run_stack(StackOptions(), report=lambda _step: None) as stack:
        _write_sample_data(stack)
        with run_browser() as browser:
            found = _load_views(browser, f"{stack.api_url}/console", rounds)
    return Report(
        title=f"The console on the local stack, medians of {rounds} rounds",
        header=_HEADER,
        rows=[_render(name, loads) for name, loads in found.items()],
        figures={
            f"console.{name.replace(', ', '.')}.{field.name}": _find(loads, field.name)
            for name, loads in found.items()
            for field in fields(PageLoad)
        },
    )


def _write_sample_data(stack: LocalStack) -> None:
    now_ms = int(time.time() * 1000)
    asyncio.run(write_sample_incident(AWS_SESSION, stack.emulator_url, now_ms))
    write_records(stack.aws.dynamodb, SAMPLE_RECORDS)
    if not stack.event_source.wait_until_caught_up(_PROJECTED_TIMEOUT_S):
        raise TimeoutError("not all records were projected in time")


def _load_views(browser: "Browser", url: str, rounds: int) -> Mapping[str, Sequence[PageLoad]]:
    """Load each view as often as there are rounds: the views and kinds of loads take turns."""
    found: dict[str, list[PageLoad]] = {}
    for _ in range(rounds):
        for view, fragment in _VIEWS.items():
            address = f"{url}#{fragment}"
            for name, slowdown, is_again in (
                (view, 1, False),
                (f"{view}, again", 1, True),
                (f"{view}, slow", _SLOWDOWN, False),
            ):
                with browser.new_context() as context:
                    if is_again:
                        load(context, address, slowdown=1)
                    found.setdefault(name, []).append(load(context, address, slowdown=slowdown))
    return found


def _find(loads: Sequence[PageLoad], name: str) -> float:
    return float(median(getattr(each, name) for each in loads))


def _render(name: str, loads: Sequence[PageLoad]) -> list[str]:
    requests = _find(loads, "assets") + _find(loads, "queries")
    sizes = (_find(loads, "asset_bytes") / 1000, _find(loads, "gzip_bytes") / 1000)
    times = [_find(loads, each) for each in ("first_paint_ms", "largest_paint_ms", "blocked_ms")]
    return [
        name,
        f"{requests:.0f}",
        *(f"{size:.0f}" for size in sizes),
        *(f"{time_ms:.0f}" for time_ms in times),
        f"{_find(loads, 'shift'):.3f}",
    ]

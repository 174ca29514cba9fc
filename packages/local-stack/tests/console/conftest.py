"""The console in a real browser, on a stack whose records the tests write."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from local_stack.stack import LocalStack, StackOptions, run_stack
from notification_models import CommandRecord, Platform, Status, encode_command_record
from notification_models.schema import COMMAND_RECORDS
from testing.chromium import CHROMIUM, MISSING, run_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_BATCH = 25  # as many as BatchWriteItem takes
_PROJECTED_TIMEOUT_S = 300
_TIMEOUT_MS = 60_000
_FAILED_REQUEST = re.compile(r"^Failed to load resource: ")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    reason = f"{MISSING}: the console is not tested in a browser"
    for item in items:
        if CHROMIUM is None and "/tests/console/" in str(item.path):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """A running stack that all tests share; each test uses its own ids."""
    with run_stack(StackOptions(), report=lambda _step: None) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    expect.set_options(timeout=_TIMEOUT_MS)
    with run_browser() as running:
        yield running


@pytest.fixture(scope="session")
def write(stack: LocalStack) -> Callable[[Sequence[CommandRecord]], None]:
    """Write command records, and wait until they are projected."""

    def write_and_wait(records: Sequence[CommandRecord]) -> None:
        puts = [{"PutRequest": {"Item": encode_command_record(record)}} for record in records]
        for start in range(0, len(puts), _BATCH):
            batch = {COMMAND_RECORDS.name: puts[start : start + _BATCH]}
            written = stack.aws.dynamodb.batch_write_item(RequestItems=batch)
            assert not written["UnprocessedItems"]
        assert stack.event_source.wait_until_caught_up(_PROJECTED_TIMEOUT_S)

    return write_and_wait


@pytest.fixture(scope="session")
def make_notifications() -> Callable[..., list[CommandRecord]]:
    """Create records of a user, a minute after one another, the oldest first."""

    def make(user_id: str, count: int, first_ms: int, **values: Any) -> list[CommandRecord]:
        record = CommandRecord(
            transaction_id="tx",
            created_at=first_ms,
            user_id=user_id,
            notification_title="Your parcel is on its way 📦",
            status=Status.DELIVERED,
            platform=Platform.IOS,
            ap_id="mobile-app-001",
        )
        return [
            replace(
                record,
                created_at=first_ms + number * 60_000,
                **{"transaction_id": f"tx-{user_id}-{number:04}", **values},
            )
            for number in range(count)
        ]

    return make


@pytest.fixture
def open_console(stack: LocalStack, browser: "Browser") -> "Iterator[Callable[..., Page]]":
    """Open the console at a view or a whole fragment, in a browser of its own.

    At the end, no page may have asked another host or complained. With `may_fail`, requests may
    have failed.
    """
    with ExitStack() as contexts:
        checks: list[Callable[[], None]] = []

        def open_page(
            view: str = "",
            *,
            width: int = 1280,
            locale: str = "en-US",
            zone: str = "Asia/Taipei",
            theme: Literal["light", "dark"] = "light",
            has_touch: bool = False,
            may_fail: bool = False,
            **parameters: str,
        ) -> "Page":
            context = contexts.enter_context(
                browser.new_context(
                    viewport={"width": width, "height": 900},
                    locale=locale,
                    timezone_id=zone,
                    color_scheme=theme,
                    has_touch=has_touch,
                    accept_downloads=True,
                )
            )
            page = context.new_page()
            page.set_default_timeout(_TIMEOUT_MS)
            checks.append(_watch(page, stack.api_url, may_fail=may_fail))
            query = f"?{urlencode(parameters)}" if parameters else ""
            page.goto(f"{stack.api_url}/console#{view}{query}")
            return page

        yield open_page
        for check in checks:
            check()


def _watch(page: "Page", url: str, *, may_fail: bool) -> Callable[[], None]:
    """Watch a page; the function that is returned checks what it did."""
    requests: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda sent: requests.append(sent.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def check() -> None:
        assert requests
        own = (f"{url}/", "data:", f"blob:{url}/")
        assert [each for each in requests if not each.startswith(own)] == []
        assert [each for each in complaints if not (may_fail and _FAILED_REQUEST.match(each))] == []

    return check

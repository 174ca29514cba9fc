"""Chromium without a window, for tests of pages."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, sync_playwright

# The shell is Chromium without a window: it loads a page with half of the work.
CHROMIUM: Final = shutil.which("chromium-headless-shell") or shutil.which("chromium")
MISSING: Final = "no Chromium (apt-get install chromium-headless-shell)"
_FLAGS: Final = (
    "--no-sandbox",  # root, as in a container, has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def run_browser() -> Iterator[Browser]:
    """Run the system's Chromium for the length of a with block."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=list(_FLAGS)) as browser,
    ):
        yield browser

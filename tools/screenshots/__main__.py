"""Runs a stack with seeded records and takes pictures of its console in Chromium."""

import argparse
import asyncio
import sys
import time
from typing import TYPE_CHECKING

from local_stack.demo.seed.plan import SeedPlan
from local_stack.demo.seed.record_table import open_record_table
from local_stack.demo.seed.seeding import SeedProgress, write_plan
from local_stack.emulator.aws_access import AWS_SESSION
from local_stack.stack import LocalStack, StackOptions, run_stack
from notification_models.schema import COMMAND_RECORDS
from testing.chromium import CHROMIUM, MISSING, run_browser
from tools.screenshots.pictures import Picture, create_sample, list_pictures

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_CAUGHT_UP_TIMEOUT_S = 300


def main() -> int:
    """Take the pictures of the documentation, or those of the READMEs."""
    parser = argparse.ArgumentParser(prog="nox -s screenshots --", description=main.__doc__)
    parser.add_argument("--readme", action="store_true", help="those of the READMEs")
    options = parser.parse_args()
    if CHROMIUM is None:
        sys.stderr.write(f"{MISSING}: no pictures of the console\n")
        return 1
    plan = create_sample(int(time.time() * 1000))
    with run_stack(StackOptions(), report=lambda _step: None) as stack:
        _write(plan, stack)
        with run_browser() as browser:
            for picture in list_pictures(plan, is_readme=options.readme):
                _take(picture, plan.until_ms, stack.api_url, browser)
                sys.stdout.write(f"{picture.path}\n")
    return 0


def _write(plan: SeedPlan, stack: LocalStack) -> None:
    async def write() -> None:
        name = COMMAND_RECORDS.name
        async with open_record_table(AWS_SESSION, stack.emulator_url, name) as table:
            await write_plan(plan, table, SeedProgress())

    asyncio.run(write())
    if not stack.event_source.wait_until_caught_up(_CAUGHT_UP_TIMEOUT_S):
        raise TimeoutError(f"not all records were projected within {_CAUGHT_UP_TIMEOUT_S} s")


def _take(picture: Picture, now_ms: int, url: str, browser: "Browser") -> None:
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        locale=picture.locale,
        timezone_id="Asia/Taipei",
        color_scheme=picture.theme,
        reduced_motion="reduce",
    )
    with context:
        page = context.new_page()
        page.clock.set_fixed_time(now_ms / 1000)
        page.goto(f"{url}/console#{picture.fragment}")
        page.locator("main :is(h1, h2)").first.wait_for()
        page.wait_for_load_state("networkidle")
        if page.locator(".problem").count():
            raise ValueError(f"{picture.path} would show a problem")
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=picture.path)


if __name__ == "__main__":
    sys.exit(main())

import csv
import io
import json
import re
import shutil
import subprocess
import sysconfig
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from notification_models import Status

HOSTILE = (
    "=1+1",
    "  @SUM(A1)",
    'a;"=1"',
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "two\nlines\tand \u0007",
    "📦" * 1024,
    "👨‍👩‍👧 عربى",
)
FIRST_MS = 1_772_373_600_000  # 2026-03-01 22:00 in Taipei


def export(page, button, file_format="CSV"):
    """Return the name and the content of the file."""
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("radio", name=file_format).check()
    with page.expect_download() as download_info:
        page.get_by_role("button", name=button).click()
    download = download_info.value
    return download.suggested_filename, Path(download.path()).read_bytes()


@pytest.fixture(scope="module")
def user_id(write, make_notifications):
    """A user with 230 notifications, two to five pages of any size."""
    records = make_notifications("export-user", 230, FIRST_MS)
    write(records)
    return "export-user"


def test_all_rows_are_exported_as_csv(open_console, user_id):
    page = open_console("person", user_id=user_id)

    name, content = export(page, "Export all")

    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert name.startswith("export-user-20")
    assert name.endswith("+0800.csv")
    assert [row["transaction_id"] for row in rows] == [
        f"tx-export-user-{number:04}" for number in reversed(range(230))
    ]
    assert rows[-1]["created_at (Asia/Taipei)"] == "2026-03-01 22:00:00"
    expect(page.get_by_text(re.compile("^Saved .*: 230 notifications"))).to_be_visible()


def test_the_shown_rows_are_exported(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.get_by_role("button", name="Load more").wait_for()

    _, content = export(page, "Export the 50 shown")

    assert content.count(b"\r\n") == 51


def test_an_export_has_the_rows_of_filters_and_times(open_console, write, make_notifications):
    write(make_notifications("export-mixed", 6, FIRST_MS))
    write(make_notifications("export-mixed", 2, FIRST_MS + 3_600_000, status=Status.FAILED))
    page = open_console("person", user_id="export-mixed", status="FAILED")

    name, content = export(page, "Export all", "NDJSON")

    rows = [json.loads(line) for line in content.splitlines()]
    assert name.endswith(".ndjson")
    assert [row["status"] for row in rows] == ["FAILED", "FAILED"]


@pytest.mark.parametrize("options", [["csv", "--bom"], ["ndjson"]])
def test_an_export_is_the_one_of_the_command(
    open_console, write, make_notifications, stack, options
):
    records = make_notifications("export-hostile", len(HOSTILE), FIRST_MS)
    texts = [{"notification_title": text, "error_msg": text} for text in HOSTILE]
    write([replace(record, **each) for record, each in zip(records, texts, strict=True)])
    page = open_console("person", user_id="export-hostile")

    _, content = export(page, "Export all", options[0].upper())

    arguments = ["user", "export-hostile", f"--url={stack.api_url}", "--tz=Asia/Taipei", "--all"]
    command = shutil.which("notifications", path=sysconfig.get_path("scripts"))
    done = subprocess.run(
        [command, *arguments, "--format", *options], capture_output=True, check=True
    )
    assert content == done.stdout
    assert content.count(b"export-hostile") >= len(HOSTILE)


def test_a_cancelled_export_saves_nothing(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.get_by_role("button", name="Load more").wait_for()
    downloads, pages = [], []  # filled by functions: playwright takes no built-in method
    page.on("download", lambda download: downloads.append(download))  # noqa: PLW0108
    page.route("**/query/user", lambda route: pages.append(route))  # noqa: PLW0108

    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name="Export all").click()
    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("Exporting to")).to_have_count(0)
    for each in pages:
        each.abort()
    assert len(pages) == 1
    assert downloads == []


def test_an_export_goes_on_where_the_service_failed(open_console, user_id):
    page = open_console("person", user_id=user_id, may_fail=True)
    page.get_by_role("button", name="Load more").wait_for()
    failing = {"is": True}

    def answer(route):
        is_first = route.request.post_data_json["cursor"] is None
        if failing["is"] and not is_first:
            problem = {"title": "Overloaded", "status": 503, "detail": "Try later."}
            headers = {"Content-Type": "application/problem+json", "Retry-After": "0"}
            route.fulfill(status=503, json=problem, headers=headers)
        else:
            route.continue_()

    page.route("**/query/user", answer)
    page.get_by_text("Export", exact=True).click()
    page.get_by_role("button", name="Export all").click()
    page.get_by_role("heading", name="The service does not work").wait_for()
    expect(page.get_by_text("100 notifications")).to_be_visible()
    failing["is"] = False
    with page.expect_download() as download_info:
        page.get_by_role("button", name="Try again").click()

    assert Path(download_info.value.path()).read_bytes().count(b"\r\n") == 231

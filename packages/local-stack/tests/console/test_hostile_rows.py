import pytest
from playwright.sync_api import expect

FIRST_MS = 1_772_373_600_000
SCRIPT = '<script>document.title = "taken"</script><img src=x onerror="document.title = \'taken\'">'
RTL = "\u202eexe.gnp\u202c \u200fعربى"
EMOJI = "👩‍👩‍👧‍👦" * 160
LONG = "unbroken" * 60


@pytest.fixture(scope="module")
def user_id(write, make_notifications):
    user_id = f"hostile {SCRIPT} {RTL}"
    for number, text in enumerate((SCRIPT, RTL, EMOJI, LONG, "=1+1", "\x00\x07\r\n\u2028")):
        (record,) = make_notifications(
            user_id,
            1,
            FIRST_MS + number,
            transaction_id=f"{text[:200]}-{number}",
            notification_title=text,
            status=text[:100],
            platform=text[:100],
            ap_id=text[:100],
            marketing_id=text[:100],
            error_msg=text,
            sns_id=text[:100],
        )
        write([record])
    return user_id


@pytest.mark.parametrize("width", [1280, 400])
def test_what_senders_write_is_text_and_nothing_else(open_console, user_id, width):
    page = open_console("person", user_id=user_id, width=width)
    expect(page.locator("tr.row")).to_have_count(6)
    buttons = page.locator(".row-open")
    expect(buttons.nth(5)).to_have_text(SCRIPT)
    expect(buttons.nth(3)).to_have_text(EMOJI)

    for number in range(6):
        buttons.nth(number).click()
        page.get_by_role("article").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), number
        buttons.nth(number).click()

    assert page.title().endswith("Notifications")
    assert page.locator("main img, main script").count() == 0


def test_a_text_in_another_script_does_not_reorder_its_row(open_console, user_id):
    page = open_console("person", user_id=user_id)
    page.locator("tr.row").first.wait_for()

    for cell in ("title", "status", "platform", "ap", "campaign"):
        expect(page.locator(f"tr.row td.col-{cell} bdi").first).to_be_attached()

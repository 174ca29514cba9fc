from zoneinfo import ZoneInfo

from rich.cells import cell_len

from notification_client import Notification
from notification_client.cli.output.notification_fields import render_fields
from notification_client.cli.output.notification_table import (
    AP,
    CAMPAIGN,
    CREATED,
    ERROR,
    PLATFORM,
    STATUS,
    TITLE,
    TRANSACTION,
    render_table,
)

TAIPEI = ZoneInfo("Asia/Taipei")
COLUMNS = (CREATED, STATUS, PLATFORM, AP, TITLE, ERROR, CAMPAIGN, TRANSACTION)
DELIVERED = Notification(
    user_id="test_user_001",
    transaction_id="tx_001",
    created_at=1_704_067_200_000,
    marketing_id="campaign_2024_new_year",
    notification_title="新年快樂 全館八折 🎉",
    status="DELIVERED",
    platform="IOS",
    ap_id="mobile-app-001",
)
FAILED = Notification(
    user_id="test_user_001",
    transaction_id="tx_002",
    created_at=1_704_063_600_000,
    notification_title="\x1b[31mred\nnext",
    status="FAILED",
    platform="WEBPUSH",
    ap_id="web-portal-001",
    error_msg="UNREGISTERED: the device is unknown",
)
SILENT = Notification(user_id="u", transaction_id="tx_003", created_at=1_704_060_000_000)


def render(batches, width=80):
    return "".join(render_table("Caption", COLUMNS, batches, TAIPEI, width))


def test_a_table_fits_80_columns():
    assert render([[DELIVERED, FAILED, SILENT]]) == (
        "Caption\n"
        "\n"
        "created           status     platform  ap_id           title        error\n"
        "────────────────  ─────────  ────────  ──────────────  ───────────  ────────────\n"
        "2024-01-01 08:00  DELIVERED  IOS       mobile-app-001  新年快樂…    -\n"
        "2024-01-01 07:00  FAILED     WEBPUSH   web-portal-001  \\x1b[31mre…  UNREGISTERE…\n"
        "2024-01-01 06:00  -          -         -               -            -\n"
    )


def test_a_wide_terminal_shows_more_columns():
    heading = render([[DELIVERED, FAILED, SILENT]], width=160).splitlines()[2]

    narrow = render([[DELIVERED, FAILED, SILENT]]).splitlines()[2]
    assert heading.split() == [*narrow.split(), "marketing_id", "transaction_id"]


def test_titles_have_the_room_that_errors_do_not_need():
    assert "新年快樂 全館八折…" in render([[DELIVERED]])


def test_the_first_rows_of_thin_pages_decide_the_widths_together():
    assert render([[DELIVERED], [], [FAILED], [SILENT]]) == render([[DELIVERED, FAILED, SILENT]])


def test_a_table_goes_on_with_the_same_columns():
    lines = render([[SILENT] * 20, [DELIVERED]]).splitlines()

    assert lines.count(lines[2]) == 1
    assert lines[-1].startswith("2024-01-01 08:00  DELIV…  IOS       mobi…  新年…  -")
    assert max(map(cell_len, lines)) <= 80


def test_a_table_without_rows_is_nothing():
    assert render([[], []]) == ""


def test_fields_without_a_value_are_left_out():
    assert "".join(render_fields("Caption", [[FAILED], [SILENT]], TAIPEI, 40)) == (
        "Caption\n"
        "\n"
        "user_id             test_user_001\n"
        "transaction_id      tx_002\n"
        "created_at          2024-01-01 07:00:00\n"
        "notification_title  \\x1b[31mred\\nnext\n"
        "status              FAILED\n"
        "platform            WEBPUSH\n"
        "error_msg           UNREGISTERED: the de\n"
        "                    vice is unknown\n"
        "ap_id               web-portal-001\n"
        "\n"
        "user_id             u\n"
        "transaction_id      tx_003\n"
        "created_at          2024-01-01 06:00:00\n"
    )


def test_no_notification_has_no_fields():
    assert "".join(render_fields("Caption", [[]], TAIPEI, 80)) == ""

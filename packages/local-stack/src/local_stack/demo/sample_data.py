"""Sample command records, with the ids of the documentation."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.exceptions import LocalStackError
from notification_models import CommandRecord, Platform, Status, encode_command_record
from notification_models.schema import COMMAND_RECORDS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEW_YEAR_CAMPAIGN: Final = "campaign_2024_new_year"

_NEW_YEAR_MS: Final = 1_704_067_200_000
"""2024-01-01 00:00:00 UTC."""

_MINUTE_MS: Final = 60_000

SAMPLE_RECORDS: Final = (
    CommandRecord(
        transaction_id="tx_001",
        created_at=_NEW_YEAR_MS,
        user_id="test_user_001",
        notification_title="新年快樂 全館八折 🎉",
        status=Status.DELIVERED,
        platform=Platform.IOS,
        marketing_id=NEW_YEAR_CAMPAIGN,
        ap_id="mobile-app-001",
        device_token="sample-device-token-001",  # noqa: S106 - sample data
        payload='{"deeplink":"app://sale/new-year"}',
    ),
    CommandRecord(
        transaction_id="tx_002",
        created_at=_NEW_YEAR_MS + 1 * _MINUTE_MS,
        user_id="test_user_002",
        notification_title="新年快樂 全館八折 🎉",
        status=Status.FAILED,
        platform=Platform.ANDROID,
        marketing_id=NEW_YEAR_CAMPAIGN,
        ap_id="mobile-app-002",
        error_msg="Token expired",
        retry_cnt=3,
        send_ts=_NEW_YEAR_MS + 1 * _MINUTE_MS + 120,
        failed_ts=_NEW_YEAR_MS + 1 * _MINUTE_MS + 2_480,
        device_token="sample-device-token-002",  # noqa: S106 - sample data
        payload='{"deeplink":"app://sale/new-year"}',
    ),
    CommandRecord(
        transaction_id="tx_003",
        created_at=_NEW_YEAR_MS + 2 * _MINUTE_MS,
        user_id="test_user_003",
        notification_title="明けましておめでとうございます",
        status=Status.SENT,
        platform=Platform.WEBPUSH,
        marketing_id=NEW_YEAR_CAMPAIGN,
        ap_id="web-portal-001",
    ),
    CommandRecord(
        transaction_id="tx_004",
        created_at=_NEW_YEAR_MS + 60 * _MINUTE_MS,
        user_id="test_user_001",
        notification_title="您的訂單已出貨",
        status=Status.DELIVERED,
        platform=Platform.IOS,
        ap_id="mobile-app-001",
        payload='{"order":"A-1024"}',
    ),
    CommandRecord(
        transaction_id="tx_005",
        # One user, one millisecond, two notifications: two rows.
        created_at=_NEW_YEAR_MS + 60 * _MINUTE_MS,
        user_id="test_user_001",
        notification_title="Your parcel is on its way 📦",
        status=Status.SENT,
        platform=Platform.WEBPUSH,
        ap_id="web-portal-001",
    ),
    CommandRecord(
        transaction_id="tx_006",
        created_at=_NEW_YEAR_MS + 90 * _MINUTE_MS,
        user_id="test_user_002",
        notification_title="Security alert: new sign-in",
        status=Status.DELIVERED,
        platform=Platform.ANDROID,
        ap_id="mobile-app-002",
    ),
    CommandRecord(
        transaction_id="tx_007",
        created_at=_NEW_YEAR_MS + 26 * 60 * _MINUTE_MS,
        user_id="test_user_001",
        notification_title="Monthly statement",
        status=Status.DELIVERED,
        platform=Platform.IOS,
        # Written before senders set `ap_id`.
        ap_id=None,
    ),
    CommandRecord(
        transaction_id="tx_008",
        created_at=_NEW_YEAR_MS + 27 * 60 * _MINUTE_MS,
        user_id="test_user_003",
        notification_title="お支払いが完了しました",
        status=Status.DELIVERED,
        platform=Platform.WEBPUSH,
        ap_id="web-portal-001",
    ),
    CommandRecord(
        transaction_id="tx_009",
        created_at=_NEW_YEAR_MS + 28 * 60 * _MINUTE_MS,
        user_id="test_user_001",
        notification_title="Password changed",
        status=Status.FAILED,
        platform=Platform.IOS,
        ap_id="mobile-app-001",
        error_msg="Provider timed out",
        device_token="sample-device-token-001",  # noqa: S106 - sample data
    ),
    CommandRecord(
        transaction_id="tx_010",
        created_at=_NEW_YEAR_MS + 31 * 60 * _MINUTE_MS,
        user_id="test_user_004",
        notification_title="歡迎加入 Welcome 👋",
        status=Status.SENT,
        platform=Platform.ANDROID,
        ap_id="mobile-app-002",
    ),
    CommandRecord(
        transaction_id="tx_011",
        created_at=_NEW_YEAR_MS + 3 * _MINUTE_MS,
        user_id="test_user_004",
        notification_title="Happy New Year! 20% off 🎆",
        status=Status.DELIVERED,
        platform=Platform.ANDROID,
        marketing_id=NEW_YEAR_CAMPAIGN,
        ap_id="mobile-app-002",
    ),
    CommandRecord(
        transaction_id="tx_012",
        created_at=_NEW_YEAR_MS + 45 * 24 * 60 * _MINUTE_MS,
        user_id="test_user_002",
        notification_title="情人節快樂 💝",
        status=Status.SENT,
        platform=Platform.IOS,
        marketing_id="campaign_2024_valentine",
        ap_id="mobile-app-001",
    ),
    CommandRecord(
        # A silent push, of a sender that writes seconds.
        transaction_id="tx_013",
        created_at=(_NEW_YEAR_MS + 46 * 24 * 60 * _MINUTE_MS) // 1000,
        user_id="test_user_003",
        status=Status.SENT,
        platform=Platform.IOS,
        ap_id="mobile-app-001",
    ),
)
"""In no order, as from senders. Writing them again changes nothing."""


def write_records(dynamodb: "DynamoDBClient", records: Sequence[CommandRecord]) -> None:
    """Write command records one by one, as a sender does.

    Raises:
        LocalStackError: DynamoDB did not accept one.
    """
    try:
        for record in records:
            dynamodb.put_item(TableName=COMMAND_RECORDS.name, Item=encode_command_record(record))
    except (BotoCoreError, ClientError) as error:
        raise LocalStackError(f"a record was not written: {type(error).__name__}") from error

"""A notification as it is answered."""

import msgspec

from notification_models import NotificationRecord


class Notification(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of an answer; the names are those of the service this one replaces.

    The same nine fields as the models' `NotificationRecord`, which a test holds, so that one added
    there does not become public by accident. It is not that class because one of these is made,
    and written as JSON, in a fifth of the time, and most of an answer is rows.

    Attributes:
        created_at: milliseconds since the epoch.
    """

    user_id: str
    transaction_id: str
    created_at: int
    marketing_id: str | None = None
    notification_title: str
    status: str
    platform: str
    error_msg: str | None = None
    ap_id: str | None = None


def encode_notification(record: NotificationRecord) -> Notification:
    """Turn a record of the models into an answer's row."""
    return Notification(**{name: getattr(record, name) for name in Notification.__struct_fields__})

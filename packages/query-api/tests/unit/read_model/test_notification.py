from dataclasses import fields

from notification_models import NotificationRecord
from query_api.read_model.notification import Notification, encode_notification


def test_exactly_these_nine_fields_are_public():
    names = {field.name for field in fields(NotificationRecord)}

    assert set(Notification.__struct_fields__) == names
    assert names == {
        "user_id",
        "transaction_id",
        "created_at",
        "marketing_id",
        "notification_title",
        "status",
        "platform",
        "error_msg",
        "ap_id",
    }


def test_each_field_keeps_its_value(make_row):
    record = make_row(error_msg="gone").record

    row = encode_notification(record)

    assert all(getattr(row, name) == getattr(record, name) for name in row.__struct_fields__)

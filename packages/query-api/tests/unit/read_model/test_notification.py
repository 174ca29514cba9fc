from typing import get_type_hints

from notification_models.served_attributes import SERVED_ATTRIBUTES
from query_api.read_model.notification import Notification, encode_notification


def test_the_public_fields_are_the_served_attributes():
    assert get_type_hints(Notification) == SERVED_ATTRIBUTES, (
        'see "Serve one more attribute" in packages/models/README.md'
    )


def test_each_field_keeps_its_value(make_row):
    record = make_row(error_msg="gone").record

    row = encode_notification(record)

    assert row.__struct_fields__
    assert all(getattr(row, name) == getattr(record, name) for name in row.__struct_fields__)

from dataclasses import replace

import pytest

from notification_models import InvalidRecordError


@pytest.mark.parametrize(
    "attribute",
    ["transaction_id", "user_id", "notification_title", "status", "platform", "marketing_id"],
)
def test_an_empty_text_is_refused(command_record, attribute):
    with pytest.raises(InvalidRecordError) as caught:
        replace(command_record, **{attribute: ""})

    assert (caught.value.attribute, caught.value.reason) == (attribute, "is empty")


@pytest.mark.parametrize("created_at", [-1, 10_000_000_000_000])
def test_a_time_that_no_key_can_hold_is_refused(command_record, created_at):
    with pytest.raises(InvalidRecordError) as caught:
        replace(command_record, created_at=created_at)

    assert caught.value.attribute == "created_at"

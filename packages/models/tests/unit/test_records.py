from dataclasses import replace

import pytest

from notification_models import InvalidRecordError, NotificationRecord


@pytest.mark.parametrize("attribute", ["transaction_id", "user_id"])
def test_an_empty_text_of_the_key_is_refused(command_record, attribute):
    with pytest.raises(InvalidRecordError) as caught:
        replace(command_record, **{attribute: ""})

    assert (caught.value.attribute, caught.value.reason) == (attribute, "is empty")


@pytest.mark.parametrize("created_at", [-1, 10_000_000_000, 10_000_000_000_000])
def test_a_time_that_no_key_can_hold_is_refused(command_record, created_at):
    with pytest.raises(InvalidRecordError) as caught:
        replace(command_record, created_at=created_at)

    assert caught.value.attribute == "created_at"


@pytest.mark.parametrize(
    ("source_created_at", "expected"), [(None, 1_704_067_200_000), (1_704_067_200, 1_704_067_200)]
)
def test_a_row_knows_the_time_in_the_key_of_its_command_record(source_created_at, expected):
    record = NotificationRecord(
        transaction_id="t",
        created_at=1_704_067_200_000,
        user_id="u",
        source_created_at=source_created_at,
    )

    assert record.command_created_at == expected


@pytest.mark.parametrize(
    ("marketing_id", "shard"),
    [(None, None), ("c", "c#2"), ("é" * 1023, "é" * 1023 + "#2"), ("é" * 1023 + "x", None)],
)
def test_only_a_campaign_that_fits_its_index_has_a_shard(marketing_id, shard):
    record = NotificationRecord(
        transaction_id="123456789", created_at=0, user_id="u", marketing_id=marketing_id
    )

    assert record.marketing_shard == shard


@pytest.mark.parametrize(
    ("status", "shard"),
    [("FAILED", "2024-01-01#6"), (None, None), ("DELIVERED", None), ("failed ", None)],
)
def test_only_a_failed_record_has_a_failure_shard(status, shard):
    record = NotificationRecord(
        transaction_id="123456789", created_at=1_704_067_200_000, user_id="u", status=status
    )

    assert record.failure_shard == shard

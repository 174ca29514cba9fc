from datetime import UTC, date, datetime, timedelta
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models import (
    InvalidRecordError,
    decode_failure_shard,
    decode_marketing_shard,
    decode_notification_key,
    encode_failure_shard,
    encode_failure_shards,
    encode_marketing_shard,
    encode_marketing_shards,
    encode_notification_key,
    encode_version,
    to_milliseconds,
)
from notification_models.values import FAILURE_SHARDS, MAX_CREATED_AT_MS, is_version

LABEL = "2026-11-23T09:00:00.000"
timestamps_ms = st.integers(0, MAX_CREATED_AT_MS)
ids = st.text(min_size=1)
sequence_numbers = st.integers(0, 10**40 - 1)


@pytest.mark.parametrize(
    ("time", "time_ms"),
    [
        (0, 0),
        (1_704_067_200, 1_704_067_200_000),
        (99_999_999_999, 99_999_999_999_000),
        (100_000_000_000, 100_000_000_000),
        (1_704_067_200_123, 1_704_067_200_123),
    ],
)
def test_a_time_below_100_billion_is_in_seconds(time, time_ms):
    assert to_milliseconds(time) == time_ms


@pytest.mark.parametrize(
    ("created_at", "transaction_id", "key"),
    [
        (0, "a", "0000000000000#a"),
        (1_704_067_200_000, "tx_001", "1704067200000#tx_001"),
        (9_999_999_999_999, "a#b", "9999999999999#a#b"),
    ],
)
def test_a_notification_key_and_its_parts(created_at, transaction_id, key):
    assert encode_notification_key(created_at, transaction_id) == key
    assert decode_notification_key(key) == (created_at, transaction_id)


@given(created_at=timestamps_ms, transaction_id=ids)
def test_every_notification_key_decodes_to_its_parts(created_at, transaction_id):
    key = encode_notification_key(created_at, transaction_id)

    assert decode_notification_key(key) == (created_at, transaction_id)


@given(earlier=timestamps_ms, later=timestamps_ms, a=ids, b=ids)
def test_notification_keys_sort_by_time_as_dynamodb_compares_them(earlier, later, a, b):
    if earlier > later:
        earlier, later = later, earlier

    keys = [
        encode_notification_key(earlier, a).encode(),
        encode_notification_key(later, b).encode(),
    ]

    assert earlier == later or keys == sorted(keys)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "#",
        "1704067200000",
        "1704067200000#",
        "170406720000#a",
        "17040672000000#a",
        "١٧٠٤٠٦٧٢٠٠٠٠٠#a",
        "-704067200000#a",
        "1704067200000 a",
    ],
)
def test_a_malformed_notification_key_is_refused(text):
    with pytest.raises(InvalidRecordError):
        decode_notification_key(text)


@given(marketing_id=ids, transaction_id=ids)
def test_a_transaction_is_in_one_shard_of_its_campaign(marketing_id, transaction_id):
    shards = encode_marketing_shards(marketing_id)

    assert len(set(shards)) == 4
    assert encode_marketing_shard(marketing_id, transaction_id) in shards
    assert {decode_marketing_shard(shard) for shard in shards} == {marketing_id}


@pytest.mark.parametrize(
    ("transaction_id", "shard"),
    # The first is the check value of CRC-32: crc32("123456789") is 0xCBF43926.
    [("123456789", "c#2"), ("tx_001", "c#3"), ("tx_002", "c#1"), ("新年", "c#1")],
)
def test_the_shard_of_a_transaction_never_changes(transaction_id, shard):
    # Queries find rows of earlier releases by it.
    assert encode_marketing_shard("c", transaction_id) == shard


def test_transactions_spread_over_all_shards_evenly():
    shards = [encode_marketing_shard("c", f"tx_{number}") for number in range(10_000)]

    assert all(2_300 < shards.count(shard) < 2_700 for shard in encode_marketing_shards("c"))


@given(created_at=timestamps_ms, transaction_id=ids)
def test_a_failure_is_in_one_shard_of_its_utc_day(created_at, transaction_id):
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=created_at)).date()

    shards = encode_failure_shards(day)

    assert len(set(shards)) == FAILURE_SHARDS == 8
    assert encode_failure_shard(created_at, transaction_id) in shards
    assert {decode_failure_shard(shard) for shard in shards} == {day}


@pytest.mark.parametrize(
    ("created_at", "transaction_id", "shard"),
    [
        (0, "123456789", "1970-01-01#6"),
        (1_704_067_199_999, "tx_001", "2023-12-31#7"),
        (1_704_067_200_000, "tx_001", "2024-01-01#7"),
        (MAX_CREATED_AT_MS, "新年", "2286-11-20#1"),
    ],
)
def test_the_shard_of_a_failure_never_changes(created_at, transaction_id, shard):
    # Queries find rows of earlier releases by it.
    assert encode_failure_shard(created_at, transaction_id) == shard


def test_the_failures_of_a_day_spread_over_all_its_shards_evenly():
    shards = [encode_failure_shard(0, f"tx_{number}") for number in range(10_000)]

    assert all(
        1_150 < shards.count(shard) < 1_350 for shard in encode_failure_shards(date(1970, 1, 1))
    )


@given(a=sequence_numbers, b=sequence_numbers)
def test_versions_of_one_stream_compare_as_their_sequence_numbers(a, b):
    older, newer = encode_version(LABEL, str(min(a, b))), encode_version(LABEL, str(max(a, b)))

    assert (older < newer) == (a != b)
    assert (older.encode() < newer.encode()) == (a != b)


@given(a=sequence_numbers, b=sequence_numbers)
def test_every_version_of_a_recreated_stream_is_newer(a, b):
    assert encode_version(LABEL, str(a)) < encode_version("2026-11-23T09:00:00.001", str(b))


NO_LABELS = [
    *("", "0", "z", "9999", "2026-11-23", "2026-11-23T09:00", "2026-11-23T09:00:00.0000000"),
    *("2026-13-23T09:00:00.000", "2026-11-23T25:00:00.000", "2026-11-23 09:00:00.000"),
    *("2026-11-23T09:00:00.000+00:00", "2026-11-23T09:00:00.000\n", "2026-W48-1T09:00:00"),
    "٢٠٢٦-11-23T09:00:00.000",
]


@pytest.mark.parametrize("label", NO_LABELS)
def test_a_label_that_no_stream_has_is_refused(label):
    with pytest.raises(InvalidRecordError) as caught:
        encode_version(label, "1")

    assert caught.value.attribute == "StreamLabel"


@pytest.mark.parametrize(
    "label", [LABEL, f"{LABEL}Z", "2026-11-23T09:00:00", "2026-11-23T09:00:00.1"]
)
def test_every_time_in_iso_8601_is_a_label(label):
    assert encode_version(label, "1").startswith(f"{label}#")


@pytest.mark.parametrize("sequence_number", ["", "-1", "1.0", "x", "1" * 41, "\uff11", "1\n"])
def test_a_malformed_sequence_number_is_refused(sequence_number):
    with pytest.raises(InvalidRecordError) as caught:
        encode_version(LABEL, sequence_number)

    assert caught.value.attribute == "SequenceNumber"


@given(sequence_number=sequence_numbers)
def test_a_version_of_a_stream_is_recognized(sequence_number):
    assert is_version(encode_version(LABEL, str(sequence_number)), inf)


@pytest.mark.parametrize(
    "text",
    [
        *("", "0", "zzz", LABEL, f"{LABEL}#1", f"{LABEL}#{'0' * 41}", f"{LABEL}##{'0' * 39}"),
        *(LABEL + "#" + "\u0661" * 40, f"{LABEL}#{'0' * 40}\n"),
        *(f"{label}#{'0' * 40}" for label in NO_LABELS),
    ],
)
def test_a_malformed_version_is_not_recognized(text):
    assert not is_version(text, inf)


@pytest.mark.parametrize(("now_s", "expected"), [(1_795_424_399.999, False), (1_795_424_400, True)])
def test_no_stream_has_given_a_version_whose_label_is_later_than_now(now_s, expected):
    assert is_version(encode_version(LABEL, "1"), now_s) is expected

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from notification_models.values import MAX_CREATED_AT_MS
from query_api.http.requests.fields import Time, normalize_filter

TIME = TypeAdapter(Time)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(
    st.integers(0, MAX_CREATED_AT_MS),
    st.integers(-23 * 60, 23 * 60),
    st.sampled_from(["milliseconds", "microseconds"]),
)
def test_a_time_with_any_offset_is_its_milliseconds(time_ms, offset_min, precision):
    zone = timezone(timedelta(minutes=offset_min))
    time = (EPOCH + timedelta(milliseconds=time_ms)).astimezone(zone)

    assert TIME.validate_python(time.isoformat(timespec=precision)) == time_ms


@pytest.mark.parametrize(
    ("text", "time_ms"),
    [
        ("2024-01-01T00:00:00Z", 1_704_067_200_000),
        ("2024-01-01t08:00:00+08:00", 1_704_067_200_000),
        ("2024-01-01T00:00:00z", 1_704_067_200_000),
        ("2023-12-31T16:30:00.5-07:30", 1_704_067_200_500),
        ("1970-01-01T00:00:00Z", 0),
    ],
)
def test_every_form_of_rfc_3339_is_read(text, time_ms):
    assert TIME.validate_python(text) == time_ms


@pytest.mark.parametrize("fraction", ["0001", "000001", "001"])
def test_a_part_of_a_millisecond_counts_as_a_whole_one(fraction):
    assert TIME.validate_python(f"2024-01-01T00:00:00.{fraction}Z") == 1_704_067_200_001


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1704067200000",
        "2024-01-01",
        "2024-01-01T00:00Z",
        "2024-01-01T00:00:00,5Z",
        "2024-01-01T00:00:00+0800",
        "2024-01-01T00:00:00+08",
        "20240101T000000Z",
        "2024-W01-1T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-01-01T24:00:00Z",
        "2024-01-01T00:00:00+24:00",
        "\u0662024-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        f"2024-01-01T00:00:00.{'9' * 10_000}",
    ],
)
def test_any_other_text_is_refused(text):
    with pytest.raises(ValidationError):
        TIME.validate_python(text)


@pytest.mark.parametrize(
    ("attribute", "values", "accepted"),
    [
        ("status", "failed", ("FAILED",)),
        ("status", ["sent", "SENT", "Lost"], ("SENT", "Lost")),
        ("platform", ["Ios", "webPush"], ("IOS", "WEBPUSH")),
        ("platform", "\u0131os", ("\u0131os",)),  # its capital is I
        ("ap_id", ["sent", "a", "a"], ("sent", "a")),
    ],
)
def test_only_known_values_are_taken_in_any_case(attribute, values, accepted):
    assert normalize_filter(attribute, values) == accepted

import pytest

from notification_models import InvalidRecordError
from notification_models.attribute_value import (
    decode_integer,
    decode_string,
    encode_integer,
    encode_string,
    find_integer,
    find_string,
    find_time,
)

STRINGS = [
    ("a", {"S": "a"}),
    ("新年快樂 🎉", {"S": "新年快樂 🎉"}),
    ("\x00", {"S": "\x00"}),
    ("0", {"S": "0"}),
]
INTEGERS = [
    (0, {"N": "0"}),
    (1, {"N": "1"}),
    (1_704_067_200_000, {"N": "1704067200000"}),
    (9_999_999_999_999, {"N": "9999999999999"}),
]


@pytest.mark.parametrize(("value", "wire"), STRINGS)
def test_a_string_and_its_wire_form(value, wire):
    assert encode_string(value) == wire
    assert decode_string({"x": wire}, "x") == value
    assert find_string({"x": wire}, "x") == value


@pytest.mark.parametrize(("value", "wire"), INTEGERS)
def test_an_integer_and_its_wire_form(value, wire):
    assert encode_integer(value) == wire
    assert decode_integer({"x": wire}, "x") == value
    assert find_integer({"x": wire}, "x") == value


@pytest.mark.parametrize(
    "wire",
    [{"N": text} for text in ("1.0", "1E0", "0.1E+1", "01", "+1", "00000000000001", "\u0661")],
)
def test_a_whole_number_is_read_in_every_notation(wire):
    assert decode_integer({"x": wire}, "x") == 1


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "is missing"),
        ({"x": {"S": ""}}, "is empty"),
        ({"x": {"N": "1"}}, "is not a string"),
        ({"x": {"NULL": True}}, "is not a string"),
        ({"x": {"S": None}}, "is not a string"),
        *(({"x": damaged}, "is not a string") for damaged in (None, "S", [], 5, {})),
    ],
)
def test_an_unusable_required_string_is_named(item, reason):
    with pytest.raises(InvalidRecordError) as caught:
        decode_string(item, "x")

    assert (caught.value.attribute, caught.value.reason) == ("x", reason)


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "is missing"),
        ({"x": {"S": "1"}}, "is not a number"),
        ({"x": {"N": ""}}, "is not a number"),
        ({"x": {"N": "NaN"}}, "is not a number"),
        ({"x": {"N": "\u00b2"}}, "is not a number"),
        ({"x": {"N": "Infinity"}}, "is not a number"),
        ({"x": {"N": 1}}, "is not a number"),
        *(({"x": damaged}, "is not a number") for damaged in (None, "N", [], 5, {})),
        ({"x": {"N": "1.5"}}, "is not a whole number in 0 to 9999999999999"),
        ({"x": {"N": "-1"}}, "is not a whole number in 0 to 9999999999999"),
        ({"x": {"N": "10000000000000"}}, "is not a whole number in 0 to 9999999999999"),
        ({"x": {"N": "1E+125"}}, "is not a whole number in 0 to 9999999999999"),
    ],
)
def test_an_unusable_number_is_named(item, reason):
    with pytest.raises(InvalidRecordError) as caught:
        decode_integer(item, "x")

    assert (caught.value.attribute, caught.value.reason) == ("x", reason)


@pytest.mark.parametrize(
    "item", [{}, {"x": {"S": ""}}, {"x": {"NULL": True}}, {"x": {"N": "1"}}, {"x": "S"}]
)
def test_an_unusable_optional_string_counts_as_absent(item):
    assert find_string(item, "x") is None


@pytest.mark.parametrize(
    "item", [{}, {"x": {"N": "1.5"}}, {"x": {"N": ""}}, {"x": {"NULL": True}}, {"x": {"S": "1"}}]
)
def test_an_unusable_optional_number_counts_as_absent(item):
    assert find_integer(item, "x") is None


@pytest.mark.parametrize(
    ("text", "time_ms"),
    [
        ("0", 0),
        ("1704067200", 1_704_067_200_000),
        ("9999999999", 9_999_999_999_000),
        ("100000000000", 100_000_000_000),
        ("1704067200123", 1_704_067_200_123),
    ],
)
def test_a_time_is_read_in_milliseconds_whatever_its_unit(text, time_ms):
    assert find_time({"x": {"N": text}}, "x") == time_ms


@pytest.mark.parametrize("text", ["10000000000", "99999999999", "10000000000000", "-1", "1.5"])
def test_a_time_that_no_key_can_hold_counts_as_absent(text):
    assert find_time({"x": {"N": text}}, "x") is None

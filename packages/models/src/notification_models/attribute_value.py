"""Scalars and DynamoDB's wire form of them.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from notification_models.exceptions import InvalidRecordError
from notification_models.values import (
    CREATED_AT_DIGITS,
    MAX_CREATED_AT_MS,
    is_digits,
    to_milliseconds,
)

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = Mapping[str, Mapping[str, Any]]


def encode_string(value: str) -> AttributeValue:
    """Encode a text: `{"S": "…"}`."""
    return {"S": value}


def encode_integer(value: int) -> AttributeValue:
    """Encode a whole number as decimal text: `{"N": "…"}`."""
    return {"N": str(value)}


def decode_string(item: Item, attribute: str) -> str:
    """Decode a required text of an item.

    Raises:
        InvalidRecordError: the attribute is missing, empty or not a string.
    """
    try:
        value = item[attribute]["S"]
    except (LookupError, TypeError):
        value = None
    if isinstance(value, str) and value:
        return value
    if attribute not in item:
        raise InvalidRecordError(attribute, "is missing")
    raise InvalidRecordError(attribute, "is empty" if value == "" else "is not a string")


def find_string(item: Item, attribute: str) -> str | None:
    """Find an optional text of an item; an empty text and any other type count as absent."""
    try:
        return decode_string(item, attribute) if attribute in item else None
    except InvalidRecordError:
        return None


def decode_integer(item: Item, attribute: str) -> int:
    """Decode a required whole number of an item.

    Raises:
        InvalidRecordError: the attribute is missing, not a number, not whole, negative, or has
            more digits than a timestamp in milliseconds.
    """
    try:
        text = item[attribute]["N"]
    except (LookupError, TypeError):
        text = None
    if not isinstance(text, str):
        reason = "is not a number" if attribute in item else "is missing"
        raise InvalidRecordError(attribute, reason)
    # The usual notation; Decimal reads all others, and takes three times as long.
    if len(text) <= CREATED_AT_DIGITS and is_digits(text):
        return int(text)
    return _decode_any_notation(text, attribute)


def find_integer(item: Item, attribute: str) -> int | None:
    """Find an optional whole number of an item; what `decode_integer` refuses counts as absent."""
    try:
        return decode_integer(item, attribute) if attribute in item else None
    except InvalidRecordError:
        return None


def find_time(item: Item, attribute: str) -> int | None:
    """Find an optional time of an item, in milliseconds since the epoch; see `to_milliseconds`.

    What is no whole number, or later than a row's key can hold, counts as absent.
    """
    number = find_integer(item, attribute)
    if number is None or to_milliseconds(number) > MAX_CREATED_AT_MS:
        return None
    return to_milliseconds(number)


def _decode_any_notation(text: str, attribute: str) -> int:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise InvalidRecordError(attribute, "is not a number")
    # Check the range first: DynamoDB can hold 1E+125, whose int() has 126 digits.
    if not 0 <= number <= MAX_CREATED_AT_MS or number != int(number):
        raise InvalidRecordError(attribute, f"is not a whole number in 0 to {MAX_CREATED_AT_MS}")
    return int(number)

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import DecodeError

from notification_models import NotificationRecord, Row, Status, Tombstone, encode_row
from notification_models.attribute_value import find_string
from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.tables.stored_row import decode_stored_row, row_key_of

KEY = ["user_id", "notification_key"]
INDEXED = [index.partition_key.name for index in NOTIFICATION_RECORDS.indexes]
VERSIONS = ["0", *(f"2026-11-23T09:00:00.000#{number:040d}" for number in (1, 2))]

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
numbers = st.integers(0, 10**13 - 1)
VALUES = {
    str: texts,
    str | None: st.none() | texts,
    int: numbers,
    int | None: st.none() | numbers,
}
ATTRIBUTES = {each.name: VALUES[each.type] for each in fields(NotificationRecord)} | {
    "status": st.none() | st.sampled_from([*map(str, Status), "failed", "other"])
}
records = st.builds(NotificationRecord, **ATTRIBUTES)
rows = st.builds(Row, record=records, version=st.sampled_from(VERSIONS))


def deform(name, value):
    """Return other values of an attribute: near to its own, of other types, and impossible ones."""
    text = value.get("S") or value.get("N") or "1"
    others = [{"S": f"{text}0"}, *({"S": version} for version in VERSIONS), value | {"B": "aGk="}]
    if name in KEY:
        return others
    notations = [f"{text}.0", f"{text}e0", f"0{text}", "-0", "0"]
    return [
        *others,
        *({"N": notation} for notation in (text, *notations)),
        *({"S": content} for content in (text, "", None, 1)),
        *({}, {"N": None}, {"NULL": True}, {"BOOL": False}, {"M": {"S": {"S": text}}}),
    ]


def list_damaged(item):
    """List items of which one attribute has another value or none."""
    names = [*ATTRIBUTES, *INDEXED, *KEY, "version", "deleted_at", "foreign"]
    for name in names:
        for value in deform(name, item.get(name, {})):
            yield item | {name: value}
        if name not in KEY:
            yield {each: value for each, value in item.items() if each != name}


@given(rows)
def test_an_item_of_any_content_is_compared_as_encode_row_defines_it(row):
    for item in list_damaged(encode_row(row)):
        stored = decode_stored_row(json.dumps(item).encode())

        assert stored.holds(row) is (item == encode_row(row))
        assert (stored.key, stored.version) == (row_key_of(item), find_string(item, "version"))
        assert stored.item == item


@given(st.data(), rows)
def test_an_item_does_not_hold_a_row_that_differs_in_one_attribute(data, row):
    name = data.draw(st.sampled_from([*ATTRIBUTES]))
    expected = row._replace(record=replace(row.record, **{name: data.draw(ATTRIBUTES[name])}))

    stored = decode_stored_row(json.dumps(encode_row(row)).encode())

    assert stored.holds(expected) is (row == expected)


@given(st.data(), rows)
def test_an_item_holds_the_row_that_it_encodes_in_any_order_of_its_attributes(data, row):
    item = dict(data.draw(st.permutations(list(encode_row(row).items()))))

    stored = decode_stored_row(json.dumps(item).encode())

    assert stored.written is not None, "decoded with any content"
    assert stored.holds(row)


def test_a_tombstone_holds_no_row():
    record = NotificationRecord(user_id="a", transaction_id="tx", created_at=1_704_067_200_000)
    tombstone = Tombstone(record.key, VERSIONS[1], deleted_at=1, expires_at=2)

    stored = decode_stored_row(json.dumps(encode_row(tombstone)).encode())

    assert (stored.key, stored.version) == (record.key, VERSIONS[1])
    assert not stored.holds(Row(record, VERSIONS[1]))


@pytest.mark.parametrize("content", [b"5", b"{", b'{"user_id": 5}', b'{"user_id": {"S": "\xff"}}'])
def test_what_is_no_item_is_an_error_of_the_decoder(content):
    with pytest.raises((DecodeError, UnicodeDecodeError)):
        decode_stored_row(content)

import json

import pytest

from stream_processor.personal_data.export import export_person

from ...support.person import InMemoryPersonTables


@pytest.fixture
def export(commands, read_model):
    """Export alice; return the lines."""

    def run():
        lines = []
        person = InMemoryPersonTables(commands, read_model, "alice")
        export_person(person, lines.append, lambda _read: None)
        return [json.loads(line) for line in lines]

    return run


@pytest.fixture
def send(commands, deliver, make_item, make_record):
    def write(sequence, **changes):
        item = make_item(**changes)
        commands.put(item)
        deliver(make_record(sequence, new=item))
        return item

    return write


def test_records_rows_and_tombstones_are_a_line_each_and_the_last_has_their_numbers(
    export, send, deliver, make_item, make_record
):
    send(1, transaction_id="tx_1", user_id="alice")
    send(2, transaction_id="tx_2", user_id="bob")
    deleted = make_item(transaction_id="tx_3", user_id="alice")
    deliver(make_record(3, old=deleted))

    *lines, last = export()

    assert [(line["kind"], line["item"].get("transaction_id")) for line in lines[:2]] == [
        ("command_record", "tx_1"),
        ("row", "tx_1"),
    ]
    assert lines[2]["kind"] == "tombstone"
    assert lines[2]["item"]["notification_key"] == "1704067200000#tx_3"
    assert last == {"kind": "end", "command_records": 1, "rows": 1, "tombstones": 1}


def test_a_record_is_whole_with_device_token_payload_and_unknown_attributes(export, commands):
    item = {
        "transaction_id": {"S": "tx_1"},
        "created_at": {"N": "1704067200000"},
        "user_id": {"S": "alice"},
        "device_token": {"S": "token"},
        "payload": {"M": {"badge": {"N": "1"}, "body": {"S": "新年快樂 🎉"}}},
        "unknown": {"BOOL": True},
    }
    commands.put(item)

    (line, _) = export()

    assert line["item"] == {
        "transaction_id": "tx_1",
        "created_at": 1704067200000,
        "user_id": "alice",
        "device_token": "token",
        "payload": {"badge": 1, "body": "新年快樂 🎉"},
        "unknown": True,
    }


def test_a_page_is_written_before_the_next_is_read(commands, read_model, make_item):
    for number in range(6):
        commands.put(make_item(transaction_id=f"tx_{number}", user_id="alice"))
    person, lines, written = InMemoryPersonTables(commands, read_model, "alice"), [], []

    export_person(person, lines.append, lambda _read: written.append(len(lines)))

    assert written == [2, 4, 6]


def test_the_export_of_an_unknown_user_is_its_last_line(export, send):
    send(1, user_id="bob")

    assert export() == [{"kind": "end", "command_records": 0, "rows": 0, "tombstones": 0}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"S": ""}, '""'),
        ({"N": "12345678901234567890123456789012345678"}, "12345678901234567890123456789012345678"),
        ({"N": "-0.10"}, "-0.10"),
        ({"BOOL": False}, "false"),
        ({"NULL": True}, "null"),
        ({"B": "AAE="}, '"AAE="'),
        ({"SS": ["a", "b"]}, '["a","b"]'),
        ({"NS": ["1", "2.5"]}, "[1,2.5]"),
        ({"BS": ["AAE="]}, '["AAE="]'),
        ({"L": [{"S": "a"}, {"M": {"b": {"N": "1"}}}]}, '["a",{"b":1}]'),
    ],
)
def test_every_type_has_its_form_in_json(commands, read_model, make_item, value, expected):
    commands.put(make_item(user_id="alice") | {"value": value})
    person, lines = InMemoryPersonTables(commands, read_model, "alice"), []

    export_person(person, lines.append, lambda _read: None)

    assert f'"value":{expected}}}' in lines[0].decode()

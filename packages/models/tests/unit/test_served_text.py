import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notification_models.served_text import MAX_TEXT_BYTES, find_text, recognize


def nest(levels):
    value = {"S": "x"}
    for _ in range(levels):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"S": "gone"}, "gone"),
        ({"S": "新年快樂 🎉"}, "新年快樂 🎉"),
        ({"N": "410"}, "410"),
        ({"N": "1.10"}, "1.10"),
        ({"BOOL": True}, "true"),
        ({"BOOL": False}, "false"),
        ({"M": {}}, "{}"),
        ({"L": []}, "[]"),
        ({"M": {"code": {"S": "UNREGISTERED"}}}, '{"code":"UNREGISTERED"}'),
        ({"M": {"b": {"N": "1.10"}, "a": {"S": '新 "x"\n'}}}, '{"a":"新 \\"x\\"\\n","b":1.10}'),
        (
            {"L": [{"BOOL": True}, {"NULL": True}, {"M": {"a": {"L": []}}}]},
            '[true,null,{"a":[]}]',
        ),
        (
            {"L": [{"B": "AA=="}, {"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["AA=="]}]},
            "[null,null,null,null]",
        ),
    ],
)
def test_a_value_of_any_type_is_a_text(value, text):
    assert find_text(value) == text


@pytest.mark.parametrize(
    "value",
    [
        *({"NULL": True}, {"S": ""}, {"B": "AA=="}, {"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["AA=="]}),
        *({}, {"S": None}, {"S": 5}, {"N": 5}, {"BOOL": "x"}, {"M": []}, {"L": {}}, {"X": "x"}),
        *(None, "text", "S", ["S"], 5),
    ],
)
def test_a_value_without_a_text_counts_as_absent(value):
    assert find_text(value) is None


@pytest.mark.parametrize("levels", [32, 33, 100_000])
def test_what_is_nested_deeper_than_dynamodb_allows_is_null(levels):
    text = "x" if levels == 32 else None

    for _ in range(32):
        text = [text]

    assert json.loads(find_text(nest(levels))) == text


@pytest.mark.parametrize(
    ("text", "served"),
    [
        ("x" * 4096, "x" * 4096),
        ("x" * 4097, "x" * 4093 + "…"),
        ("é" * 2048, "é" * 2048),
        ("é" * 2049, "é" * 2046 + "…"),
        ("x" + "é" * 2048, "x" + "é" * 2046 + "…"),
        ("🎉" * 1025, "🎉" * 1023 + "…"),
    ],
)
def test_a_text_over_4_kib_is_cut_at_a_character(text, served):
    assert find_text({"S": text}) == served


def test_json_over_4_kib_is_cut_too():
    text = find_text({"L": [{"S": "x" * 5000}]})

    assert text == '["' + "x" * 4091 + "…"


def test_a_lone_surrogate_is_replaced():
    assert find_text({"S": "a\ud800新"}) == "a?新"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
)


def to_attribute_value(value):
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [to_attribute_value(each) for each in value]}
    return {"M": {name: to_attribute_value(each) for name, each in value.items()}}


@given(value=st.lists(JSON, max_size=3))
def test_a_list_is_json_of_its_plain_values(value):
    text = find_text(to_attribute_value(value))

    assert text.endswith("…") or json.loads(text) == value


@given(value=st.dictionaries(st.sampled_from(["type", "S", "N", "M", "L"]), JSON) | JSON)
def test_every_value_has_a_text_that_fits_or_none(value):
    text = find_text(value)

    assert text is None or 0 < len(text.encode()) <= MAX_TEXT_BYTES


@pytest.mark.parametrize(
    ("text", "recognized"),
    [
        ("SENT", "SENT"),
        ("sent", "SENT"),
        ("Sent", "SENT"),
        ("sent ", "sent "),
        ("\u017fent", "\u017fent"),
        ("bounced", "bounced"),
        (None, None),
    ],
)
def test_a_known_value_is_recognized_in_any_case(text, recognized):
    assert recognize(text, {"SENT": "SENT"}) == recognized

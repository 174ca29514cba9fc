import csv
import io
import json
from itertools import chain

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notification_client.cli.output.exports import (
    encode_json,
    render_csv,
    render_json,
    render_ndjson,
)

# What spreadsheets run, and its full-width forms.
FORMULA_STARTS = tuple("=+-@＝＋－＠")  # noqa: RUF001
tricky_texts = st.text(st.sampled_from("=+-@＝＋－＠\t\r\n;,\"' ab1\u200b新"), max_size=12)  # noqa: RUF001


def to_csv(*rows, has_mark=False):
    return "".join(render_csv(["a", "b"], [rows], has_mark=has_mark))


def test_csv_has_lines_and_quotes_of_rfc_4180():
    text = to_csv(["plain", 1], ['with "quotes", comma', None])

    assert text == 'a,b\r\nplain,1\r\n"with ""quotes"", comma",\r\n'


def test_csv_begins_with_a_byte_order_mark_on_request():
    assert to_csv(has_mark=True).encode().startswith(b"\xef\xbb\xbfa,b")
    assert to_csv().startswith("a,b")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+886", "'+886"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", r"'\t=1"),
        ("\ttext", r"'\ttext"),
        ("\r=1", r"'\r=1"),
        ("＝1", "'＝1"),  # noqa: RUF001
        ("  =1", "'  =1"),
        ("a;=1", "a;'=1"),
        ('a;"=1"', 'a;\'"=1"'),
        ("a=1", "a=1"),
        ("a\nb", r"a\nb"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_a_text_that_could_run_as_a_formula_gets_an_apostrophe(text, cell):
    (row,) = list(csv.reader(io.StringIO(to_csv([text, None]))))[1:]

    assert row == [cell, ""]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@given(st.lists(tricky_texts, min_size=2, max_size=2))
def test_no_cell_runs_as_a_formula_whatever_the_separator_of_the_spreadsheet(separator, row):
    lines = list(csv.reader(io.StringIO(to_csv(row), newline=""), delimiter=separator))

    assert len(lines) == 2
    for cell in lines[1]:
        assert not cell.lstrip().startswith(FORMULA_STARTS)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=3))
def test_a_row_of_csv_is_a_line(rows):
    text = to_csv(*rows)

    assert text.count("\n") == text.count("\r\n") == 1 + len(rows)
    assert text.endswith("\r\n")


@given(st.text())
@example("\x7f")
def test_json_escapes_hidden_characters_and_loses_nothing(text):
    line = encode_json({"text": text.encode(errors="replace").decode()})

    assert "\n" not in line
    assert not set(line) & {"\x1b", "\x7f", "\x9b", "\u202e", "\u2028"}
    assert json.loads(line)["text"] == text.encode(errors="replace").decode()


def test_json_keeps_the_characters_of_all_languages():
    assert encode_json({"title": "新年　快樂 🎉"}) == '{"title":"新年　快樂 🎉"}'


@pytest.mark.parametrize("batches", [[], [[]], [[1]], [[1, 2], []], [[], [1], [], [2, 3]]])
def test_json_is_one_array_of_all_batches(batches):
    assert json.loads("".join(render_json(batches))) == list(chain(*batches))


def test_an_array_that_is_cut_off_is_no_json():
    first = next(iter(render_json([[1, 2], [3]])))

    with pytest.raises(json.JSONDecodeError):
        json.loads(first)


def test_ndjson_has_a_line_for_each_record():
    assert "".join(render_ndjson([[{"a": 1}], [], [{"a": None}]])) == '{"a":1}\n{"a":null}\n'

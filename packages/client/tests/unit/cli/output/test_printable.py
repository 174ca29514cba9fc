import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from notification_client.cli.output.printable import escape_hidden, fit


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("新年快樂 🎉", "新年快樂 🎉"),
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("two\nlines\r\n", r"two\nlines\r\n"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb\u200fc", r"a\u202eb\u200fc"),
        ("\u2028", r"\u2028"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
        ("全　角", "全　角"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_hidden_characters_are_escaped_and_all_others_kept(text, shown):
    assert escape_hidden(text) == shown


@given(st.text())
def test_no_escaped_text_holds_a_character_that_acts_on_a_terminal(text):
    shown = escape_hidden(text)

    acting = {"Cc", "Zl", "Zp", "Cs", "Co", "Cn"}
    assert not {unicodedata.category(each) for each in shown} & acting
    assert not set(shown) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2069")


@pytest.mark.parametrize(
    ("text", "width", "fitted"),
    [
        ("abc", 5, "abc  "),
        ("abcdef", 6, "abcdef"),
        ("abcdef", 4, "abc…"),
        ("新年快樂", 8, "新年快樂"),
        ("新年快樂", 7, "新年快…"),
        ("新年快樂", 6, "新年… "),
        ("ab cd", 4, "ab… "),
        ("", 2, "  "),
    ],
)
def test_a_text_is_padded_or_cut_to_cells(text, width, fitted):
    assert fit(text, width) == fitted


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_a_fitted_text_has_the_cells_of_its_column(text, width):
    assert cell_len(fit(escape_hidden(text), width)) == width

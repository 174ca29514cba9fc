from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from notification_client.cli.output.columns import Column, Layout
from notification_client.cli.output.printable import escape_hidden

ID = Column("id")
TITLE = Column("title", maximum=40, minimum=5)
ERROR = Column("error", maximum=40, minimum=5)


def render(columns, rows, width):
    layout = Layout(columns, rows, width)
    return [*layout.render_heading(), *map(layout.render, rows)]


def test_columns_are_as_wide_as_their_values():
    assert render([ID, TITLE], [["1", "first"], ["22", "second one"]], 80) == [
        "id  title",
        "──  ──────────",
        "1   first",
        "22  second one",
    ]


def test_the_widest_columns_shrink_until_the_row_fits():
    rows = [["key", "a title of twenty-two.", "an error"]]

    assert render([ID, TITLE, ERROR], rows, 26) == [
        "id   title        error",
        "───  ───────────  ────────",
        "key  a title of…  an error",
    ]


def test_a_column_without_a_minimum_never_shrinks():
    assert Layout([ID, TITLE], [["an-id-of-16-chars", "title"]], 10).width == 24


def test_an_optional_column_is_there_only_if_no_other_shrinks_for_it():
    optional = Column("more", is_optional=True)
    rows = [["key", "value"]]

    assert render([ID, optional], rows, 10)[0] == "id   more"
    assert render([ID, optional], rows, 9)[0] == "id"


def test_numbers_are_aligned_to_the_right():
    assert render([Column("n", is_number=True)], [["1"], ["1,000"]], 80)[2:] == ["    1", "1,000"]


def test_a_value_that_came_after_the_first_rows_is_cut():
    layout = Layout([ID, TITLE], [["1", "short"]], 80)

    assert layout.render(["2", "longer than before"]) == "2   long…"


@given(st.lists(st.lists(st.text(max_size=60), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_line_is_wider_than_the_terminal(rows):
    escaped = [[escape_hidden(cell) for cell in row] for row in rows]

    lines = render([TITLE, ERROR, Column("more", maximum=40, minimum=5)], escaped, 40)

    assert max(map(cell_len, lines)) <= 40

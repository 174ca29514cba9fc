"""Text of senders, made safe for a terminal and fit for a column."""

import unicodedata
from typing import Final

from rich.cells import cell_len, set_cell_size

_ELLIPSIS: Final = "…"
# Control, format and private characters, lone surrogates, separators of lines and paragraphs.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
# Part of emoji such as a family, and of Persian and Indic words.
_JOINERS: Final = frozenset("\u200c\u200d")


def is_hidden(character: str) -> bool:
    """Return whether a terminal would act on a character instead of showing it."""
    return character not in _JOINERS and unicodedata.category(character) in _HIDDEN


def escape_hidden(text: str) -> str:
    r"""Escape hidden characters: `\n`, `\x1b`, `\u202e` instead of the characters."""
    if text.isprintable():
        return text
    return "".join(
        each.encode("unicode_escape").decode("ascii") if is_hidden(each) else each for each in text
    )


def fit(text: str, width: int) -> str:
    """Pad or cut an escaped text to a number of terminal cells; a cut one ends with `…`."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    # A wide character that does not fit whole leaves a cell for a space.
    return set_cell_size(set_cell_size(text, width - 1).rstrip() + _ELLIPSIS, width)

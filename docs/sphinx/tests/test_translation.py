"""The Chinese README has the headings, code, links and tables of the English one."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENGLISH = ROOT / "README.md"
CHINESE = ROOT / "README.zh-TW.md"
TO_EACH_OTHER = {ENGLISH.name, CHINESE.name}


def find_heading_levels(text):
    without_code = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"^(#+) ", without_code, re.MULTILINE)


def find_code_blocks(text):
    return re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)


def find_links(text):
    """Return the links; a picture may have one of its own in Chinese."""
    targets = re.findall(r"\]\((.+?)\)", text)
    return [each.replace(".zh-TW.png", ".png") for each in targets if each not in TO_EACH_OTHER]


def find_first_cells(text):
    """Return the first cell of each row, or None where it is prose."""
    cells = re.findall(r"^\| (.+?) \|", text, re.MULTILINE)
    return [cell if "`" in cell else None for cell in cells]


@pytest.mark.parametrize(
    "find", [find_heading_levels, find_code_blocks, find_links, find_first_cells]
)
def test_both_have_the_same(find):
    english, chinese = (find(path.read_text(encoding="utf-8")) for path in (ENGLISH, CHINESE))

    assert english
    assert chinese == english


@pytest.mark.parametrize(("path", "other"), [(ENGLISH, CHINESE), (CHINESE, ENGLISH)])
def test_each_links_to_the_other(path, other):
    assert f"]({other.name})" in path.read_text(encoding="utf-8")

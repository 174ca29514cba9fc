"""The table "Where is what" leads to files that exist and define what it names."""

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2]
SECTION = re.search(
    r"^## Where is what$(.*?)^## ",
    (DOCS / "architecture.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)[1]
ROW = re.compile(
    r"^\| (?P<question>Where [^|]+\?) \| `(?P<folder>[^|`]+)/`"
    r" \| \[`(?P<file>[^|`]+)`\]\((?P<path>[^|]+)\) `(?P<name>\w+)`[^|]* \|$",
    re.MULTILINE,
)
ROWS = [row.groupdict() for row in ROW.finditer(SECTION)]


def test_it_has_ten_questions():
    assert len(ROWS) == SECTION.count("Where ") >= 10


@pytest.mark.parametrize("row", ROWS, ids=[row["question"] for row in ROWS])
def test_the_file_is_there_and_defines_the_name(row):
    path = (DOCS / row["path"]).resolve()

    assert path.as_posix().endswith(f"/src/{row['folder']}/{row['file']}")
    definition = rf"^(async def|def|class) {row['name']}\b|^{row['name']}\b.*="
    assert re.search(definition, path.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("name", re.findall(r"`([\w/]+(?:\.py|/))`", SECTION.split("\n\n")[-2]))
def test_the_other_files_and_folders_are_there(name):
    root = DOCS.parent

    assert (root / name).is_dir() or list(root.glob(f"packages/*/src/*/{name}"))

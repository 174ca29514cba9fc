import re
from dataclasses import fields
from pathlib import Path

import pytest

from stream_processor.settings import Settings

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
# A row of a table of settings: variable, option in the table of the tools, default.
ROW = re.compile(r"^\| `([A-Z_]+)`(?:, `(--[a-z-]+)`)? \| ([^|]+?) \|", re.MULTILINE)
ROWS = ROW.findall(README)
SETTINGS = {each.metadata["variable"]: each for each in fields(Settings)}


def test_the_example_in_the_readme_works():
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

    exec(compile(example, "README.md", "exec"), {})  # noqa: S102 - our own README


def test_the_readme_lists_every_setting_of_the_tools():
    listed = {variable: option for variable, option, _ in ROWS if option}

    options = {name: each.metadata["option"] for name, each in SETTINGS.items()}
    assert listed == {name: option for name, option in options.items() if option}


def test_the_readme_lists_every_setting_of_the_function_alone():
    listed = {variable for variable, _, _ in ROWS}

    assert listed == SETTINGS.keys()


@pytest.mark.parametrize(("variable", "option", "default"), ROWS)
def test_the_readme_has_the_default_of_a_setting(variable, option, default):
    value = SETTINGS[variable].default
    without_default = "required" if variable == "QUARANTINE_QUEUE_URL" and not option else "none"

    assert default == (without_default if value is None else f"`{value}`")

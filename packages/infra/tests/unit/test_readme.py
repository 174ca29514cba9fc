import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from infra.config.model import list_variables

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def readme():
    return README.read_text(encoding="utf-8")


def render_default(value):
    if value is None or value in ((), {}, PydanticUndefined):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_the_example_works(readme):
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    exec(compile(example, str(README), "exec"), {})  # noqa: S102 - our own README


def test_the_table_has_every_variable_with_default_and_description(readme):
    rows = re.findall(r"^\| `([A-Z][A-Z0-9_]+)` \| (.*?) ?\| (.+) \|$", readme, re.MULTILINE)

    assert rows == [
        (name, render_default(field.default), field.description) for name, field in list_variables()
    ]

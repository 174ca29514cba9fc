import re
from pathlib import Path

import pytest

from query_api.openapi import create_description
from query_api.problems import PROBLEMS
from query_api.settings import PREFIX, Settings

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def readme():
    return README.read_text(encoding="utf-8")


def test_the_example_walks_through_a_campaign(readme, client, read_model, make_row):
    read_model.records = [make_row(created_at=time).record for time in range(250)]
    (example,) = re.findall(r"```python\n(.+?)```", readme, re.DOTALL)
    names = {}

    exec(example, names)  # noqa: S102 - our own text
    found = list(names["find_campaign"](client, "campaign_2024_new_year"))

    assert [record["created_at"] for record in found] == list(range(249, -1, -1))


def test_every_setting_is_in_the_table_as_it_is(readme):
    rows = re.findall(r"^\| `(QUERY_\w+)` \| (?:`(.*?)`)? ?\| (.+?) \|$", readme, re.MULTILINE)

    assert rows == [
        (
            f"{PREFIX}{name}".upper(),
            "" if field.default is None else str(field.default),
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]


def test_every_problem_is_in_the_table(readme):
    rows = re.findall(r"^\| (\d{3}) \| `/problems/([\w-]+)` \|", readme, re.MULTILINE)

    assert sorted(rows) == sorted((str(each.status), each.name) for each in PROBLEMS.values())


def test_every_endpoint_is_in_the_table(readme):
    rows = re.findall(r"^\| `(GET|POST) (/\S+)` \|", readme, re.MULTILINE)

    described = create_description()["paths"]
    assert {path for _, path in rows} == {*described, "/docs", "/openapi.json"}

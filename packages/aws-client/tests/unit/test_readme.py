import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

from aws_client import AwsError, ClientOptions, errors

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def readme():
    return README.read_text(encoding="utf-8")


def read_table(readme, first_column):
    (table,) = re.findall(rf"^\| {first_column} \|.+\n\|-.+\n((?:\|.+\n)+)", readme, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def test_every_option_is_in_the_table(readme):
    names = [row[0].strip(" `") for row in read_table(readme, "option")]

    assert names == [field.name for field in fields(ClientOptions)]


def test_every_error_is_in_the_table_with_whether_it_is_retried(readme):
    rows = {row[0].strip(" `"): row[2] for row in read_table(readme, "error")}

    found = {
        name: error
        for name, error in inspect.getmembers(errors, inspect.isclass)
        if issubclass(error, AwsError) and error is not AwsError
    }
    assert rows.keys() == found.keys()
    assert {name: text != "no" for name, text in rows.items()} == {
        name: error.is_retry_safe for name, error in found.items()
    }

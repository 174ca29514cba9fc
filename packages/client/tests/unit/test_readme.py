import inspect
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import notification_client
from notification_client import (
    Attribute,
    ConnectionFailedError,
    HttpOptions,
    NotificationClient,
    NotificationClientError,
    ProblemError,
    RetryPolicy,
    UserFilters,
)
from notification_client.core.retries import Attempts
from notification_client.errors import find_problem_class

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def readme():
    return README.read_text(encoding="utf-8")


def read_table(readme, first_column):
    (table,) = re.findall(rf"^\| {first_column} \|.+\n\|-.+\n((?:\|.+\n)+)", readme, re.MULTILINE)
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def find_names(rows):
    return {name for row in rows for name in re.findall(r"`(\w+)", row[0])}


def test_every_error_is_in_the_table_with_whether_it_is_retried(readme):
    rows = {row[0].strip(" `"): row[2].strip(" |") for row in read_table(readme, "error")}

    found = {
        name: error
        for name, error in inspect.getmembers(notification_client, inspect.isclass)
        if issubclass(error, NotificationClientError) and error is not NotificationClientError
    }
    attempts = Attempts(RetryPolicy())
    retried = {
        find_problem_class("about:blank", status).__name__
        for status in range(300, 600)
        if attempts.decide(ProblemError("about:blank", "", status, ""))
    }
    assert attempts.decide(ConnectionFailedError(""))
    assert {name: text == "yes" for name, text in rows.items()} == {
        name: name in retried or error is ConnectionFailedError for name, error in found.items()
    }


def test_every_option_is_in_the_table(readme):
    assert find_names(read_table(readme, "option")) == set(get_type_hints(HttpOptions))


def test_every_filter_is_in_the_table(readme):
    rows = read_table(readme, "filter")

    assert {*find_names(rows), "status", "platform", "ap_id"} - {"failures", "user"} == set(
        get_type_hints(UserFilters)
    )


def test_every_attribute_of_a_summary_is_named(readme):
    (names,) = re.findall(r"up to four of (.+? and `\w+`)", readme, re.DOTALL)

    assert re.findall(r"`(\w+)`", names) == list(get_args(Attribute))


def test_every_method_is_in_the_table(readme):
    methods = {
        name
        for name, _ in inspect.getmembers(NotificationClient, inspect.isfunction)
        if not name.startswith("_") and name != "close"
    }

    named = find_names(read_table(readme, "method"))
    in_parts = {f"{name}_in_parts" for name in named if name.startswith("summarize_") and name[10:]}
    assert methods == {name for name in named | in_parts if name != "summarize_"}


def test_the_defaults_of_the_retries_are_named(readme):
    policy = RetryPolicy()

    assert f"RetryPolicy(attempts={policy.attempts}, within_s={policy.within_s})" in readme
    assert f"up to {policy.attempts} requests within {policy.within_s} s" in readme

"""The client's records have the shapes of the API: the packages cannot import each other."""

from dataclasses import fields
from typing import get_args, get_type_hints

import pytest

from notification_client import (
    Attribute,
    Group,
    InvalidCursorError,
    Notification,
    ProblemError,
    RequestFault,
)
from notification_client.core.responses import CountedGroup, SummaryPart
from notification_client.errors import find_problem_class
from query_api import exceptions
from query_api.http.problems import PROBLEMS
from query_api.http.responses import BadRequestProblem, QueryAnswer
from query_api.http.summary_responses import SummaryAnswer, SummaryGroup
from query_api.openapi.description import create_description
from query_api.read_model import notification as served
from query_api.read_model.counts import COUNTED_BY

PROBLEM_FIELDS = {"type", "title", "status", "detail", "request_id", "errors"}


def test_a_notification_has_the_fields_and_types_of_the_api():
    api = get_type_hints(served.Notification)

    assert get_type_hints(Notification) == api
    assert [field.name for field in fields(Notification)] == list(api)


def test_a_notification_has_the_fields_of_the_openapi_description():
    schema = create_description()["components"]["schemas"]["NotificationRecord"]

    assert [field.name for field in fields(Notification)] == list(schema["properties"])


def test_a_page_of_the_api_has_what_the_client_reads():
    assert {"data", "message", "next_cursor"} <= get_type_hints(QueryAnswer).keys()


def test_a_group_of_a_summary_has_the_fields_of_the_api():
    api = get_type_hints(SummaryGroup)

    assert get_type_hints(CountedGroup).keys() == api.keys()
    assert get_type_hints(Group).keys() == api.keys() - {"other"}


def test_a_summary_of_the_api_has_what_the_client_reads():
    assert get_type_hints(SummaryPart).keys() == get_type_hints(SummaryAnswer).keys() - {"success"}


def test_a_summary_groups_by_what_the_api_counts_by():
    assert set(get_args(Attribute)) == COUNTED_BY


def test_a_problem_of_the_api_has_the_fields_of_the_exception():
    assert get_type_hints(BadRequestProblem).keys() == PROBLEM_FIELDS
    assert vars(ProblemError("", "", 400, "")).keys() == {*PROBLEM_FIELDS, "retry_after_s"}
    assert get_type_hints(RequestFault) == get_type_hints(exceptions.RequestFault)


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=lambda problem: problem.name)
def test_each_problem_of_the_api_has_an_exception(problem):
    found = find_problem_class(f"/problems/{problem.name}", problem.status)

    # A request that arrives too slowly is neither wrong nor the service's fault.
    assert (found is ProblemError) == (problem.name == "request-timeout")
    assert (found is InvalidCursorError) == (problem.name == "invalid-cursor")

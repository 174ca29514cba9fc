"""A walk through the failures of an incident, over the service as a process.

How many reads follow one another, and so whether a response is in time, is in
`unit/dynamodb/test_paging_by_day.py`.
"""

import pytest

from notification_models import encode_row
from testing.http_client import open_client

from ..support.query_server import SortedRows, respond_to_queries

MATCH_EVERY = 1000
DYNAMODB_S = 0.01
START = 1_704_067_200_000
HOUR_MS = 60 * 60 * 1000


@pytest.fixture(scope="module", params=[5_000, pytest.param(200_000, marks=pytest.mark.proof)])
def incident(request, make_row):
    """Failures of one hour, newest first."""
    count = request.param
    rows = [
        make_row(
            user_id=f"test_user_{number % 7000}",
            transaction_id=f"tx_{number:06d}",
            created_at=START + number * HOUR_MS // count,
            status="FAILED",
            ap_id=f"app-{number % 49}" if number % MATCH_EVERY else "app-49",
        )
        for number in range(count)
    ]
    return sorted(rows, key=lambda row: row.key.notification_key, reverse=True)


@pytest.fixture(scope="module")
def shared_table(incident):
    return SortedRows([encode_row(row) for row in incident], "failure_shard")


@pytest.fixture
def table(shared_table):
    """The table of all tests, not read yet."""
    shared_table.reads = 0
    return shared_table


@pytest.fixture
def post(table, faults, start_service):
    faults.acts = [respond_to_queries(table, DYNAMODB_S)]
    service = start_service(QUERY_DYNAMODB_ENDPOINT_URL=faults.url)
    with open_client(service.url) as http:
        yield lambda body: http.post("/query/fail", json=body).raise_for_status().json()


@pytest.fixture
def walk(post):
    """Walk through all pages; returns all transactions and the number of answers."""

    def go(**body):
        found, answers = [], 0
        while True:
            answer = post(body)
            found += [row["transaction_id"] for row in answer["data"]]
            answers += 1
            body["cursor"] = answer["next_cursor"]
            if answer["next_cursor"] is None:
                return found, answers

    return go


WINDOW = {"created_from": "2024-01-01T00:00:00Z", "created_to": "2024-01-01T01:00:00Z"}


@pytest.mark.parametrize(
    "incident", [5_000, pytest.param(40_000, marks=pytest.mark.proof)], indirect=True
)
def test_a_walk_returns_each_failure_once(walk, incident):
    found, answers = walk(limit=100, **WINDOW)

    assert found == [row.record.transaction_id for row in incident]
    assert answers == len(incident) // 100


def test_the_failures_of_one_application_in_fifty_are_found_in_few_answers(walk, incident):
    found, answers = walk(limit=100, ap_id="app-49", **WINDOW)

    assert found == [row.record.transaction_id for row in incident if row.record.ap_id == "app-49"]
    assert len(found) == len(incident) // MATCH_EVERY
    assert answers <= 2 + len(incident) // 30_000


def test_a_month_that_ends_with_the_incident_is_one_answer(post, table):
    answer = post({"created_to": "2024-01-31T00:00:00Z", "created_from": "2023-12-31T00:00:00Z"})

    assert answer["total_count"] == 10
    assert answer["next_cursor"] is not None
    assert table.reads <= 33 * 8


def test_a_month_without_failures_is_one_answer(post, table):
    answer = post({"created_to": "2024-03-03T00:00:00Z", "created_from": "2024-02-01T00:00:00Z"})

    assert (answer["message"], answer["next_cursor"]) == ("No notifications", None)
    assert table.reads == 31 * 8

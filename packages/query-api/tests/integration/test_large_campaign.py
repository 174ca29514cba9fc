"""A campaign as large as they come, walked through the service as it is started."""

import pytest

from notification_models import encode_row
from testing.http_client import open_client

from ..support.query_server import SortedRows, answer_queries

ROWS = 50_000
MATCH_EVERY = 1000
DYNAMODB_S = 0.01


@pytest.fixture(scope="module")
def campaign(make_row):
    """Rows in the order of answers, ten to each millisecond."""
    rows = [
        make_row(
            user_id=f"test_user_{number % 7000}",
            transaction_id=f"tx_{number:05d}",
            created_at=1_704_067_200_000 + number // 10,
            status="SENT" if number % MATCH_EVERY else "FAILED",
        )
        for number in range(ROWS)
    ]
    return sorted(rows, key=lambda row: row.key.notification_key, reverse=True)


@pytest.fixture
def walk(campaign, faults, start_service):
    """Ask for page after page; gives the transactions of all pages, and how many pages there were.

    The deadline is the one that a deployed service has: an answer that comes too late is no 200.
    """
    items = [encode_row(row) for row in campaign]
    faults.acts = [answer_queries(SortedRows(items, "marketing_shard"), DYNAMODB_S)]
    service = start_service(QUERY_DYNAMODB_ENDPOINT_URL=faults.url)

    def go(**question):
        question |= {"marketing_id": "campaign_2024_new_year", "limit": 100}
        found, pages = [], 0
        while True:
            answer = http.post("/query/marketing", json=question).raise_for_status().json()
            found += [row["transaction_id"] for row in answer["data"]]
            pages += 1
            question["cursor"] = answer["next_cursor"]
            if answer["next_cursor"] is None:
                return found, pages

    with open_client(service.url) as http:
        yield go


def test_a_walk_meets_each_row_once_and_every_answer_is_in_time(walk, campaign):
    found, pages = walk()

    assert found == [row.record.transaction_id for row in campaign]
    assert pages == ROWS // 100


def test_a_walk_for_one_row_in_a_thousand_meets_each_once_in_few_answers(walk, campaign):
    found, pages = walk(status="FAILED")

    assert found == [row.record.transaction_id for row in campaign if row.record.status == "FAILED"]
    assert len(found) == ROWS // MATCH_EVERY
    assert pages <= 5

"""A walk through a campaign of the largest size, over the service as a process.

How many reads follow one another, and so whether a response is in time, is in
`unit/dynamodb/test_paging.py`.
"""

import pytest

from notification_models import encode_row
from testing.http_client import open_client

from ..support.query_server import SortedRows, respond_to_queries

MATCH_EVERY = 1000
DYNAMODB_S = 0.01


@pytest.fixture(scope="module", params=[5_000, pytest.param(50_000, marks=pytest.mark.proof)])
def campaign(request, make_row):
    """Rows newest first, ten to each millisecond."""
    rows = [
        make_row(
            user_id=f"test_user_{number % 7000}",
            transaction_id=f"tx_{number:05d}",
            created_at=1_704_067_200_000 + number // 10,
            status="SENT" if number % MATCH_EVERY else "FAILED",
        )
        for number in range(request.param)
    ]
    return sorted(rows, key=lambda row: row.key.notification_key, reverse=True)


@pytest.fixture(scope="module")
def table(campaign):
    return SortedRows([encode_row(row) for row in campaign], "marketing_shard")


@pytest.fixture
def walk(table, faults, start_service):
    """Walk through all pages; returns all transactions and the number of pages."""
    faults.acts = [respond_to_queries(table, DYNAMODB_S)]
    service = start_service(QUERY_DYNAMODB_ENDPOINT_URL=faults.url)

    def go(**request):
        request |= {"marketing_id": "campaign_2024_new_year", "limit": 100}
        found, pages = [], 0
        while True:
            response = http.post("/query/marketing", json=request).raise_for_status().json()
            found += [row["transaction_id"] for row in response["data"]]
            pages += 1
            request["cursor"] = response["next_cursor"]
            if response["next_cursor"] is None:
                return found, pages

    with open_client(service.url) as http:
        yield go


def test_a_walk_returns_each_row_once(walk, campaign):
    found, pages = walk()

    assert found == [row.record.transaction_id for row in campaign]
    assert pages == len(campaign) // 100


def test_a_walk_for_one_row_in_a_thousand_returns_each_once_in_few_pages(walk, campaign):
    found, pages = walk(status="FAILED")

    assert found == [row.record.transaction_id for row in campaign if row.record.status == "FAILED"]
    assert len(found) == len(campaign) // MATCH_EVERY
    assert pages <= 5

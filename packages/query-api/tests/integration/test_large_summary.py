"""A campaign of the largest size counted to its end, over the service as a process."""

import asyncio
import re
from collections import Counter
from pathlib import Path

import httpx
import pytest

from testing.fault_server import encode_response
from testing.http_client import open_client
from testing.large_campaign import CAMPAIGN, STATUSES, find_page

DYNAMODB_S = 0.02
DEADLINE_MS = 1000  # short, so that the campaign takes several parts
MAX_ATTEMPTS = 10  # to ask for a part: a busy machine exceeds the deadline now and then
MAX_GROWTH_MB = 8
BY = ["status", "platform", "minute"]


def respond_about(rows):
    async def act(exchange):
        page = find_page(exchange.body, rows)
        assert page is not None
        await asyncio.sleep(DYNAMODB_S)
        exchange.writer.write(encode_response(200, page))

    return act


def get_rss_mb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000


def ask(http, request):
    """Ask for the next part, again if it was late, as the client does."""
    for _ in range(MAX_ATTEMPTS):
        response = http.post("/query/marketing/summary", json=request)
        if response.status_code != httpx.codes.GATEWAY_TIMEOUT:
            break
    return response.raise_for_status().json()


@pytest.mark.parametrize("rows", [60_000, pytest.param(300_000, marks=pytest.mark.proof)])
def test_a_large_campaign_is_counted_to_its_end_each_row_once_in_little_memory(
    faults, start_service, rows
):
    faults.acts = [respond_about(rows)]
    service = start_service(
        QUERY_DYNAMODB_ENDPOINT_URL=faults.url,
        QUERY_DEADLINE_MS=str(DEADLINE_MS),
    )
    request = {"marketing_id": CAMPAIGN, "by": BY, "time_zone": "Asia/Taipei"}
    groups = Counter()
    counted, times, sizes_mb = [], [], []

    with open_client(service.url) as http:
        while not counted or request["cursor"] is not None:
            answer = ask(http, request)
            counted.append(answer["counted"])
            times += [answer["first_created_at"], answer["last_created_at"]]
            request["cursor"] = answer["next_cursor"]
            for group in answer["data"]:
                groups[tuple(group[name] for name in BY)] += group["count"]
            sizes_mb.append(get_rss_mb(service.process.pid))

    assert len(counted) > 1
    assert sum(counted) == sum(groups.values()) == rows
    by_status = Counter()
    for (status, _, _), count in groups.items():
        by_status[status] += count
    assert by_status == {name: rows * STATUSES.count(name) // 5 for name in STATUSES}
    by_minute = Counter()
    for (_, _, minute), count in groups.items():
        by_minute[minute] += count
    # The newest and the oldest minute are not whole.
    assert sorted(by_minute.values())[2:] == [60_000] * (len(by_minute) - 2)
    assert max(times) - min(times) == rows - 1
    assert sizes_mb[-1] - sizes_mb[0] < MAX_GROWTH_MB

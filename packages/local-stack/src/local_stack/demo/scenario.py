"""The queries of the demo and their expected rows; `rendering` prints them."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from local_stack.demo.sample_data import NEW_YEAR_CAMPAIGN, SAMPLE_RECORDS, write_records
from local_stack.exceptions import LocalStackError
from notification_models import (
    CommandRecord,
    Platform,
    Status,
    encode_command_record,
    project_item,
)
from notification_models.served_attributes import SERVED_ATTRIBUTES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Row: TypeAlias = Mapping[str, Any]
"""A notification as the API returns it."""

PROBES: Final = 20
_PROBE_TIMEOUT_S: Final = 10
_PROBE_INTERVAL_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the sample records that it must return.

    Attributes:
        path: of the route.
        body: of the request.
        matches: whether the response must have a sample record.
    """

    path: str
    body: Mapping[str, str]
    matches: Callable[[CommandRecord], bool]


@dataclass(frozen=True, slots=True)
class Result:
    """The API's response to a query.

    Attributes:
        rows: as received.
        differences: from the expected rows; empty if there are none.
    """

    query: Query
    rows: Sequence[Row]
    differences: Sequence[str]


QUERIES: Final = (
    Query(
        "/query/user",
        {"user_id": "test_user_001"},
        lambda record: record.user_id == "test_user_001",
    ),
    Query(
        "/query/marketing",
        {"marketing_id": NEW_YEAR_CAMPAIGN},
        lambda record: record.marketing_id == NEW_YEAR_CAMPAIGN,
    ),
    Query(
        "/query/fail",
        {"transaction_id": "tx_002"},
        lambda record: record.transaction_id == "tx_002" and record.status == Status.FAILED,
    ),
)


def connect(api_url: str) -> httpx.Client:
    """Create a client of the API that uses no proxy."""
    return httpx.Client(base_url=api_url, trust_env=False, timeout=10)


def run_query(api: httpx.Client, query: Query) -> Result:
    """Send a query and compare the response with the sample data.

    Raises:
        LocalStackError: there was no response.
    """
    response = _post(api, query.path, query.body)
    if not response.is_success:
        return Result(query, (), (f"HTTP status {response.status_code}: {response.text}",))
    body = response.json()
    return Result(query, body["data"], tuple(find_differences(body, expect_rows(query))))


def expect_rows(query: Query) -> Sequence[Row]:
    """Return the rows that the response must have, newest first, with served attributes only."""
    records = [
        project_item(encode_command_record(each)) for each in SAMPLE_RECORDS if query.matches(each)
    ]
    records.sort(key=lambda record: record.key.notification_key, reverse=True)
    return [{name: getattr(record, name) for name in SERVED_ATTRIBUTES} for record in records]


def find_differences(body: Mapping[str, Any], expected: Sequence[Row]) -> Sequence[str]:
    """List the differences between a response and the expected rows."""
    envelope = {"success": True, "total_count": len(expected), "next_cursor": None}
    differences = [
        f"{name} is {body.get(name)!r}, not {value!r}"
        for name, value in envelope.items()
        if body.get(name) != value
    ]
    rows = body["data"]
    if len(rows) != len(expected):
        differences.append(f"{len(rows)} rows, not {len(expected)}")
    for number, (row, wanted) in enumerate(zip(rows, expected, strict=False), start=1):
        differences += [
            f"row {number}: {name} is {row.get(name)!r}, not {wanted.get(name)!r}"
            for name in sorted(row.keys() | wanted.keys())
            if row.get(name) != wanted.get(name)
        ]
    return differences


def measure_freshness_ms(dynamodb: "DynamoDBClient", api: httpx.Client) -> Sequence[float]:
    """Measure the time from a write to its row in a response, `PROBES` times.

    Returns:
        milliseconds of each write.

    Raises:
        LocalStackError: a record did not become visible.
    """
    return [_measure_one_ms(dynamodb, api) for _ in range(PROBES)]


def _measure_one_ms(dynamodb: "DynamoDBClient", api: httpx.Client) -> float:
    probe = CommandRecord(
        transaction_id=f"probe_{uuid.uuid4()}",
        created_at=int(time.time() * 1000),
        user_id=f"probe_{uuid.uuid4()}",
        notification_title="probe",
        status=Status.SENT,
        platform=Platform.IOS,
    )
    write_records(dynamodb, (probe,))
    put_s = time.perf_counter()
    while time.perf_counter() < put_s + _PROBE_TIMEOUT_S:
        response = _post(api, "/query/user", {"user_id": probe.user_id})
        if response.is_success and response.json()["data"]:
            return (time.perf_counter() - put_s) * 1000
        time.sleep(_PROBE_INTERVAL_S)
    raise LocalStackError(f"a record was not visible {_PROBE_TIMEOUT_S} s after it was written")


def _post(api: httpx.Client, path: str, body: Mapping[str, str]) -> httpx.Response:
    try:
        return api.post(path, json=dict(body))
    except httpx.TransportError as error:
        raise LocalStackError(f"no response from {path}: {type(error).__name__}") from error

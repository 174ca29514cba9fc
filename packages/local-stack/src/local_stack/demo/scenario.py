"""The queries of the demo and their expected notifications; `rendering` prints them."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from local_stack.demo.sample_data import NEW_YEAR_CAMPAIGN, SAMPLE_RECORDS, write_records
from local_stack.exceptions import LocalStackError
from notification_client import Notification, NotificationClient, ProblemError
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

PROBES: Final = 20
_PROBE_TIMEOUT_S: Final = 10
_PROBE_INTERVAL_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Query:
    """A query and the sample records that it must find.

    Attributes:
        path: of the route.
        body: of the request, without its limit.
        find: sends it.
        matches: whether it must find a sample record.
    """

    path: str
    body: Mapping[str, str]
    find: Callable[[NotificationClient], Iterable[Notification]]
    matches: Callable[[CommandRecord], bool]


@dataclass(frozen=True, slots=True)
class Result:
    """What a query found.

    Attributes:
        notifications: as received.
        differences: from the expected ones; empty if there are none.
    """

    query: Query
    notifications: Sequence[Notification]
    differences: Sequence[str]


QUERIES: Final = (
    Query(
        "/query/user",
        {"user_id": "test_user_001"},
        lambda client: client.user("test_user_001"),
        lambda record: record.user_id == "test_user_001",
    ),
    Query(
        "/query/marketing",
        {"marketing_id": NEW_YEAR_CAMPAIGN},
        lambda client: client.campaign(NEW_YEAR_CAMPAIGN),
        lambda record: record.marketing_id == NEW_YEAR_CAMPAIGN,
    ),
    Query(
        "/query/fail",
        {"transaction_id": "tx_002"},
        lambda client: client.failures("tx_002"),
        lambda record: record.transaction_id == "tx_002" and record.status == Status.FAILED,
    ),
)


def connect(api_url: str) -> NotificationClient:
    """Create a client of the API that uses no proxy."""
    return NotificationClient(api_url, trust_env=False)


def run_query(client: NotificationClient, query: Query) -> Result:
    """Send a query and compare what it finds with the sample data.

    Raises:
        NotificationClientError: there was no response.
    """
    try:
        found = tuple(query.find(client))
    except ProblemError as problem:
        return Result(query, (), (str(problem),))
    return Result(query, found, tuple(find_differences(found, expect_notifications(query))))


def expect_notifications(query: Query) -> Sequence[Notification]:
    """Return what a query must find, newest first."""
    records = [
        project_item(encode_command_record(each)) for each in SAMPLE_RECORDS if query.matches(each)
    ]
    records.sort(key=lambda record: record.key.notification_key, reverse=True)
    return [
        Notification(**{name: getattr(record, name) for name in SERVED_ATTRIBUTES})
        for record in records
    ]


def find_differences(
    found: Sequence[Notification], expected: Sequence[Notification]
) -> Sequence[str]:
    """List the differences between what a query found and what it must find."""
    differences = []
    if len(found) != len(expected):
        differences.append(f"{len(found)} notifications, not {len(expected)}")
    for number, (one, wanted) in enumerate(zip(found, expected, strict=False), start=1):
        values = asdict(wanted)
        differences += [
            f"notification {number}: {name} is {value!r}, not {values[name]!r}"
            for name, value in asdict(one).items()
            if value != values[name]
        ]
    return differences


def measure_freshness_ms(dynamodb: "DynamoDBClient", client: NotificationClient) -> Sequence[float]:
    """Measure the time from a write until a query finds it, `PROBES` times.

    Returns:
        milliseconds of each write.

    Raises:
        LocalStackError: a record did not become visible.
        NotificationClientError: a query failed.
    """
    return [_measure_one_ms(dynamodb, client) for _ in range(PROBES)]


def _measure_one_ms(dynamodb: "DynamoDBClient", client: NotificationClient) -> float:
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
        if any(client.user(probe.user_id)):
            return (time.perf_counter() - put_s) * 1000
        time.sleep(_PROBE_INTERVAL_S)
    raise LocalStackError(f"a record was not visible {_PROBE_TIMEOUT_S} s after it was written")

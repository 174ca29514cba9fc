"""What the demo does and checks; how that looks is `rendering`'s business."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import httpx

from local_stack.demo.sample_data import NEW_YEAR_CAMPAIGN, SAMPLE_RECORDS, write_records
from local_stack.exceptions import LocalStackError
from notification_models import CommandRecord, NotificationRecord, Platform, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AnswerRow: TypeAlias = Mapping[str, Any]
"""A notification as the API returns it."""

PROBES: Final = 20
_PROBE_TIMEOUT_S: Final = 10
_PROBE_INTERVAL_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Question:
    """A query and which of the sample records answer it.

    Attributes:
        path: of the endpoint.
        body: the request.
        is_answer: whether a sample record belongs in the answer.
    """

    path: str
    body: Mapping[str, str]
    is_answer: Callable[[CommandRecord], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered.

    Attributes:
        rows: as they came.
        differences: how the answer differs from what it must be; empty if it is right.
    """

    question: Question
    rows: Sequence[AnswerRow]
    differences: Sequence[str]


QUESTIONS: Final = (
    Question(
        "/query/user",
        {"user_id": "test_user_001"},
        lambda record: record.user_id == "test_user_001",
    ),
    Question(
        "/query/marketing",
        {"marketing_id": NEW_YEAR_CAMPAIGN},
        lambda record: record.marketing_id == NEW_YEAR_CAMPAIGN,
    ),
    Question(
        "/query/fail",
        {"transaction_id": "tx_002"},
        lambda record: record.transaction_id == "tx_002" and record.status == Status.FAILED,
    ),
)


def connect(api_url: str) -> httpx.Client:
    """Make a client of the API that heeds no proxy."""
    return httpx.Client(base_url=api_url, trust_env=False, timeout=10)


def ask(api: httpx.Client, question: Question) -> Answer:
    """Ask a question and compare the answer with what the sample data says it must be.

    Raises:
        LocalStackError: there was no answer.
    """
    response = _post(api, question.path, question.body)
    if not response.is_success:
        return Answer(question, (), (f"HTTP status {response.status_code}: {response.text}",))
    body = response.json()
    expected = expect_rows(question)
    return Answer(question, body["data"], tuple(find_differences(body, expected)))


def expect_rows(question: Question) -> Sequence[AnswerRow]:
    """Work out the rows that must be in an answer: newest first, without what is not served."""
    records = [NotificationRecord.of(each) for each in SAMPLE_RECORDS if question.is_answer(each)]
    records.sort(key=lambda record: record.key.notification_key, reverse=True)
    return [asdict(record) for record in records]


def find_differences(body: Mapping[str, Any], expected: Sequence[AnswerRow]) -> Sequence[str]:
    """Say how an answer differs from the expected rows; nothing if it does not."""
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
    """Measure, one record after another, the time from a put to its being in an answer.

    Returns:
        milliseconds, one figure for each of `PROBES` puts.

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
        raise LocalStackError(f"no answer from {path}: {type(error).__name__}") from error

import asyncio

import httpx
import pytest

from query_api.exceptions import DeadlineExceededError
from query_api.read_model.port import Counts, UnreadableRow
from query_api.routes.summaries import MAX_IN_FLIGHT

START = 1_704_067_200_000
USER = {"user_id": "test_user_001"}
PATHS = ["/query/user/summary", "/query/marketing/summary", "/query/fail/summary"]


@pytest.fixture
def post(client, read_model, make_row):
    """Post to a service with four records of one user, of which two have failed."""

    def send(path, **body):
        return client.post(path, json=body)

    changes = (
        {"created_at": START + 1, "transaction_id": "tx_001"},
        {"created_at": START + 2, "transaction_id": "tx_001", "platform": "WEBPUSH"},
        {"created_at": START + 3, "transaction_id": "tx_002", "status": "FAILED", "ap_id": None},
        {"created_at": START + 3_600_000, "transaction_id": "tx_002", "status": "FAILED"},
    )
    read_model.records = [make_row(**each).record for each in changes]
    return send


@pytest.mark.parametrize("stage", ["", "/v1"])
def test_a_summary_counts_the_rows_of_its_query_by_what_they_share(post, stage):
    response = post(
        f"{stage}/query/user/summary",
        **USER,
        by=["status", "ap_id", "hour"],
        time_zone="Asia/Taipei",
    )

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    first, second = "2024-01-01T08:00+08:00", "2024-01-01T09:00+08:00"
    assert response.json() == {
        "success": True,
        "data": [
            {"status": "SENT", "ap_id": "mobile-app-001", "hour": first, "count": 2},
            {"status": "FAILED", "ap_id": None, "hour": first, "count": 1},
            {"status": "FAILED", "ap_id": "mobile-app-001", "hour": second, "count": 1},
        ],
        "counted": 4,
        "first_created_at": START + 1,
        "last_created_at": START + 3_600_000,
        "next_cursor": None,
        "message": "4 notifications counted",
    }


def test_without_by_all_rows_are_one_group(post):
    assert post("/query/user/summary", **USER).json()["data"] == [{"count": 4}]
    assert post("/query/user/summary", **USER, by=[]).json()["data"] == [{"count": 4}]
    assert post("/query/user/summary", **USER, by=None, time_zone=None).status_code == 200


def test_a_summary_of_nothing_has_no_groups_and_no_times(post):
    answer = post("/query/user/summary", user_id="nobody", by=["status"]).json()

    assert (answer["data"], answer["counted"]) == ([], 0)
    assert (answer["first_created_at"], answer["last_created_at"]) == (None, None)
    assert answer["message"] == "No notifications counted"


@pytest.mark.parametrize(
    ("path", "body", "counted"),
    [
        ("/query/user/summary", USER | {"platform": ["ios"]}, 3),
        ("/query/user/summary", USER | {"status": "failed", "created_from": START + 4}, 1),
        ("/query/user/summary", USER | {"created_to": "2024-01-01T00:00:00.003Z"}, 2),
        ("/query/user/summary", USER | {"marketing_id": "other"}, 0),
        ("/query/marketing/summary", {"marketing_id": "campaign_2024_new_year"}, 4),
        ("/query/fail/summary", {"transaction_id": "tx_002"}, 2),
        ("/query/fail/summary", {"transaction_id": "tx_001"}, 0),
        ("/query/fail/summary", {"created_from": START, "created_to": START + 4_000_000}, 2),
        ("/query/fail/summary", {"created_from": START, "created_to": START + 4}, 1),
        ("/query/fail/summary", {}, 1),  # the other one is in the future of the test's clock
    ],
)
def test_a_summary_takes_the_filters_and_bounds_of_its_query(post, path, body, counted):
    assert post(path, **body).json()["counted"] == counted


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"by": ["status", "user_id"]}, "/by/1"),
        ({"by": ["status", "status"]}, "/by"),
        ({"by": ["status", "platform", "ap_id", "error_msg", "day"]}, "/by"),
        ({"by": "status"}, "/by"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "Asia"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"time_zone": "UTC\0"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
        ({"time_zone": "x" * 65}, "/time_zone"),
        ({"limit": 10}, "/limit"),
        ({"cursor": "x"}, "/cursor"),
    ],
)
def test_a_fault_of_a_summary_is_pointed_at(post, change, pointer):
    response = post("/query/user/summary", **USER, **change)

    assert response.status_code == 400
    assert [fault["pointer"] for fault in response.json()["errors"]] == [pointer]


def test_a_summary_of_more_than_31_days_of_failures_is_refused(post):
    response = post("/query/fail/summary", created_from=START, created_to=START + 32 * 86_400_000)

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/created_from"


@pytest.fixture
def answer_with(read_model):
    """Let the read model count so."""

    def set_counts(**changes):
        counts = {
            "groups": ((("SENT",), 5),),
            "other": 0,
            "counted": 5,
            "first_created_at": 1,
            "last_created_at": 2,
            "next_position": None,
            "reads": 3,
        }

        async def count(query):
            read_model.counts.append(query)
            return Counts(**counts | changes)

        read_model.count = count

    return set_counts


def test_the_rest_of_a_summary_follows_at_its_cursor(post, answer_with, read_model):
    answer_with(next_position="0000000000002#tx")

    first = post("/query/user/summary", **USER, by=["status"]).json()
    post("/query/user/summary", **USER, by=["status"], cursor=first["next_cursor"])

    assert (
        first["message"] == "5 notifications counted; more may follow at next_cursor, to be added"
    )
    before_keys = [each.rows.selection.before_key for each in read_model.counts]
    assert before_keys == [None, "0000000000002#tx"]


def test_the_rest_of_the_latest_failures_has_the_window_of_the_first_part(
    post, answer_with, read_model
):
    answer_with(next_position=f"{START + 5}#tx")

    body = {"by": ["status"], "created_to": START + 10}
    first = post("/query/fail/summary", **body).json()
    post("/query/fail/summary", **body, cursor=first["next_cursor"])

    whole, rest = (each.rows.selection for each in read_model.counts)
    assert whole.from_key == rest.from_key
    assert rest.before_key == f"{START + 5}#tx"


def test_the_rows_of_further_groups_are_the_last_entry(post, answer_with):
    answer_with(other=1234, counted=1239)

    answer = post("/query/user/summary", **USER, by=["status"]).json()

    assert answer["data"] == [{"status": "SENT", "count": 5}, {"other": True, "count": 1234}]
    assert answer["message"] == "1,239 notifications counted; 1,234 rows of further groups in other"


def test_rows_that_cannot_be_read_are_told_in_the_message_and_logged(post, answer_with, caplog):
    answer_with(unreadable=((UnreadableRow("status", "is not an attribute value"), 1200),))

    answer = post("/query/user/summary", **USER, by=["status"]).json()

    assert answer["message"] == "5 notifications counted; 1,200 rows could not be read"
    assert [record.args["rows"] for record in caplog.records] == [1200]


def test_the_message_names_the_known_values_of_a_filter(post):
    answer = post("/query/user/summary", **USER, platform="FAX").json()

    assert '"FAX" is not a known platform: IOS, ANDROID, WEBPUSH' in answer["message"]


@pytest.mark.parametrize("path", PATHS)
def test_a_summary_is_post_only(client, path):
    response = client.get(path)

    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"


def test_a_count_that_fails_is_a_problem(post, read_model):
    read_model.failure = DeadlineExceededError("late")

    response = post("/query/user/summary", **USER)

    assert response.status_code == 504


def test_only_so_many_counts_are_in_flight_and_queries_go_on(service, read_model, caplog):
    async def scenario():
        free = asyncio.Event()
        count = read_model.count

        async def wait_and_count(query):
            await free.wait()
            return await count(query)

        read_model.count = wait_and_count
        transport = httpx.ASGITransport(service)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            counts = [
                asyncio.create_task(client.post(path, json={"user_id": "u"}))
                for path in [PATHS[0]] * MAX_IN_FLIGHT
            ]
            await asyncio.sleep(0.01)
            refused = await client.post(PATHS[2], json={})
            query = await client.post("/query/user", json={"user_id": "u"})
            free.set()
            done = await asyncio.gather(*counts)
            later = await client.post(PATHS[1], json={"marketing_id": "c"})
        return refused, query, done, later

    refused, query, done, later = asyncio.run(scenario())

    assert refused.status_code == 503
    assert refused.json()["type"] == "/problems/overloaded"
    assert refused.headers["Retry-After"] == "1"
    assert {each.status_code for each in (query, later, *done)} == {200}
    assert caplog.records == []  # a refusal is not an error

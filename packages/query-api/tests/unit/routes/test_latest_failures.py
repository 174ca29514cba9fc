"""`POST /query/fail` without a transaction."""

import pytest

from notification_models.schema import FAILURE_INDEX

NOW = 1_704_067_260_000  # 2024-01-01T00:01:00Z, as `clock`
MINUTE_MS = 60 * 1000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def fail(read_model, make_row):
    """Add failures that were created at these times, ms after now."""

    def add(*times, **changes):
        read_model.records += [
            make_row(
                created_at=NOW + time,
                transaction_id=f"tx_{time}",
                user_id=f"u{time}",
                **{"status": "FAILED"} | changes,
            ).record
            for time in times
        ]

    return add


@pytest.fixture
def get_times(client):
    def post(**body):
        response = client.post("/query/fail", json=body)
        assert response.status_code == 200, response.text
        return [row["created_at"] - NOW for row in response.json()["data"]]

    return post


def test_the_failures_of_all_users_in_the_last_day_come_newest_first(get_times, fail):
    fail(-25 * HOUR_MS, -24 * HOUR_MS, -HOUR_MS, -1, 0, 5 * MINUTE_MS, 6 * MINUTE_MS)
    fail(-2, -3, status="SENT")

    assert get_times() == [5 * MINUTE_MS, 0, -1, -HOUR_MS, -24 * HOUR_MS]


def test_a_failure_is_found_whatever_its_application_and_campaign(get_times, fail):
    fail(-1, ap_id="a", marketing_id=None)
    fail(-2, ap_id=None, marketing_id="c")

    assert get_times() == [-1, -2]


@pytest.mark.parametrize(
    ("options", "times"),
    [
        ({"ap_id": "a"}, [-1]),
        ({"ap_id": ["b", "a"]}, [-1, -2]),
        ({"platform": "android"}, [-2]),
        ({"error_msg": "Token expired"}, [-2]),
        ({"created_from": NOW - 2}, [-1, -2]),
        ({"created_from": NOW - 30 * DAY_MS}, [-1, -2, -HOUR_MS, -30 * DAY_MS]),
        ({"created_to": NOW - 1}, [-2, -HOUR_MS]),
        ({"created_to": "2023-12-02T00:02:00Z"}, [-30 * DAY_MS]),
        ({"created_from": "2023-12-31T23:01:00Z", "created_to": NOW - 2}, [-HOUR_MS]),
        ({"created_from": NOW + DAY_MS}, []),
    ],
)
def test_options_select_failures(get_times, fail, options, times):
    fail(-1, ap_id="a")
    fail(-2, ap_id="b", platform="ANDROID", error_msg="Token expired")
    fail(-HOUR_MS, -30 * DAY_MS, ap_id="c")

    assert get_times(**options) == times


def test_a_walk_neither_repeats_nor_skips_a_row_while_time_passes(client, clock, fail):
    times = [-number * HOUR_MS for number in range(24)]
    fail(*times)
    body, walked = {"limit": 5}, []

    while True:
        answer = client.post("/query/fail", json=body).json()
        walked += [row["created_at"] - NOW for row in answer["data"]]
        clock.now_s += 3 * 60 * 60
        fail(int(clock.now_s * 1000) - NOW)
        body["cursor"] = answer["next_cursor"]
        if answer["next_cursor"] is None:
            break

    assert walked == times


def test_equal_requests_within_a_minute_are_one_query(client, clock, read_model):
    client.post("/query/fail", json={})
    clock.now_s += 59.9
    client.post("/query/fail", json={})

    first, second = read_model.queries
    assert first == second
    assert first.index == FAILURE_INDEX


def test_a_window_of_more_than_31_days_is_refused_with_the_reason(client, read_model):
    response = client.post("/query/fail", json={"created_from": NOW - 32 * DAY_MS})

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {
            "pointer": "/created_from",
            "detail": "Input should be at most 31 days before created_to, or before now",
        }
    ]
    assert read_model.queries == []


@pytest.mark.parametrize("transaction_id", [None, ""])
def test_no_transaction_is_not_written_as_null_or_empty(client, transaction_id):
    response = client.post("/query/fail", json={"transaction_id": transaction_id})

    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "/transaction_id"

import pytest

START = 1_704_067_200_000


@pytest.fixture
def query(client, read_model, make_row):
    """Post to a service with five records: two users, one campaign, three transactions."""
    read_model.records = [
        make_row(**changes).record
        for changes in (
            {"created_at": START + 1, "transaction_id": "tx_001"},
            {"created_at": START + 2, "transaction_id": "tx_001", "status": "DELIVERED"},
            {
                "created_at": START + 3,
                "transaction_id": "tx_002",
                "status": "FAILED",
                "error_msg": "gone",
                "retry_cnt": 2,
                "send_ts": 4,
                "failed_ts": 5,
            },
            {
                "created_at": START + 4,
                "transaction_id": "tx_002",
                "platform": "WEBPUSH",
                "ap_id": None,
            },
            {
                "created_at": START + 5,
                "transaction_id": "tx_003",
                "user_id": "test_user_002",
                "marketing_id": None,
                "status": "BOUNCED",
            },
        )
    ]

    def post(path, **body):
        response = client.post(path, json=body)
        assert response.status_code == 200, response.text
        return response.json()

    return post


def get_times(answer):
    return [record["created_at"] - START for record in answer["data"]]


@pytest.mark.parametrize("stage", ["", "/v1"])
@pytest.mark.parametrize(
    ("path", "body", "times"),
    [
        ("/query/user", {"user_id": "test_user_001"}, [4, 3, 2, 1]),
        ("/query/user", {"user_id": "test_user_002"}, [5]),
        ("/query/marketing", {"marketing_id": "campaign_2024_new_year"}, [4, 3, 2, 1]),
        ("/query/fail", {"transaction_id": "tx_002"}, [3]),
        ("/query/fail", {"transaction_id": "tx_001"}, []),
        ("/query/transaction", {"transaction_id": "tx_002"}, [4, 3]),
    ],
)
def test_a_query_returns_its_rows_newest_first(query, stage, path, body, times):
    assert get_times(query(stage + path, **body)) == times


def test_a_record_has_exactly_its_fields_and_null_where_it_has_none(query):
    answer = query("/query/fail", transaction_id="tx_002")

    assert answer == {
        "success": True,
        "data": [
            {
                "user_id": "test_user_001",
                "transaction_id": "tx_002",
                "created_at": START + 3,
                "marketing_id": "campaign_2024_new_year",
                "notification_title": "新年快樂 🎉",
                "status": "FAILED",
                "platform": "IOS",
                "error_msg": "gone",
                "ap_id": "mobile-app-001",
                "retry_cnt": 2,
                "sns_id": None,
                "send_ts": 4,
                "delivered_ts": None,
                "failed_ts": 5,
            }
        ],
        "message": "1 notification",
        "total_count": 1,
        "next_cursor": None,
    }
    assert query("/query/user", user_id="test_user_001")["data"][0]["ap_id"] is None


def test_a_query_without_matches_has_no_rows(query):
    assert query("/query/user", user_id="nobody") == {
        "success": True,
        "data": [],
        "message": "No notifications",
        "total_count": 0,
        "next_cursor": None,
    }


@pytest.mark.parametrize(
    ("options", "times"),
    [
        ({"status": "DELIVERED"}, [2]),
        ({"status": "NEVER_HEARD_OF"}, []),
        ({"platform": "WEBPUSH"}, [4]),
        ({"ap_id": "mobile-app-001"}, [3, 2, 1]),
        ({"status": ["failed", "Delivered", "LOST"]}, [3, 2]),
        ({"status": "sent", "platform": ["webpush", "iOS"]}, [4, 1]),
        ({"ap_id": ["MOBILE-APP-001"]}, []),
        ({"marketing_id": "campaign_2024_new_year", "platform": "webpush"}, [4]),
        ({"marketing_id": "another"}, []),
        ({"created_from": "2024-01-01T08:00:00.003+08:00"}, [4, 3]),
        ({"created_to": "2024-01-01T00:00:00.003Z"}, [2, 1]),
        ({"created_from": START + 2}, [4, 3, 2]),
        ({"created_to": START + 3}, [2, 1]),
        ({"created_from": START + 2, "created_to": START + 4, "platform": "IOS"}, [3, 2]),
        ({"cursor": None, "status": None, "platform": None, "ap_id": None}, [4, 3, 2, 1]),
        ({"created_from": None, "created_to": None, "marketing_id": None}, [4, 3, 2, 1]),
        ({"limit": None}, [4, 3, 2, 1]),
    ],
)
def test_options_select_rows(query, options, times):
    assert get_times(query("/query/user", user_id="test_user_001", **options)) == times


def test_an_unknown_status_is_served(query):
    assert query("/query/user", user_id="test_user_002")["data"][0]["status"] == "BOUNCED"


def test_a_filter_that_no_row_can_match_says_so(query):
    answer = query("/query/user", user_id="test_user_001", status=["failed", "lost"], ap_id="x")

    expected = 'No notifications; "lost" is not a known status: SENT, DELIVERED, FAILED'
    assert answer["message"] == expected


def test_cursors_continue_to_the_last_page(query):
    first = query("/query/user", user_id="test_user_001", limit=3)
    second = query("/query/user", user_id="test_user_001", limit=3, cursor=first["next_cursor"])

    assert (get_times(first), get_times(second)) == ([4, 3, 2], [1])
    assert second["next_cursor"] is None


@pytest.mark.parametrize("options", [{}, {"limit": None}])
def test_the_default_limit_is_ten(client, read_model, make_row, options):
    read_model.records = [make_row(created_at=time).record for time in range(11)]

    answer = client.post("/query/user", json={"user_id": "test_user_001"} | options).json()

    assert answer["total_count"] == 10


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"]
)
def test_the_content_type_may_have_parameters(client, content_type):
    response = client.post(
        "/query/user", content=b'{"user_id": "u"}', headers={"Content-Type": content_type}
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("field", "path", "longest"),
    [
        ("user_id", "/query/user", "é" * 1024),
        ("marketing_id", "/query/marketing", "x" * 2046),
        ("transaction_id", "/query/transaction", "漢" * 336 + "xx"),
        ("transaction_id", "/query/fail", "x" * 1010),
    ],
)
def test_an_id_may_be_as_long_as_its_key_and_no_longer(client, field, path, longest):
    accepted = client.post(path, json={field: longest})
    refused = client.post(path, json={field: longest + "x"})

    assert accepted.status_code == 200
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {
            "pointer": f"/{field}",
            "detail": f"String should have at most {len(longest.encode())} bytes in UTF-8",
        }
    ]

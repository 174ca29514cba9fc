"""The contract of every implementation of the port."""

from datetime import date, timedelta

import pytest

from notification_models import Tombstone, encode_marketing_shards, encode_row
from notification_models.schema import MARKETING_INDEX, NOTIFICATION_RECORDS, TRANSACTION_INDEX
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import Page, RowQuery, Selection
from query_api.read_model.queries import latest_failures_query

DAY = date(2024, 1, 1)
DAY_MS = 24 * 60 * 60 * 1000
CAMPAIGN = "campaign_2024_new_year"


@pytest.fixture
def get_page(runner):
    return lambda read_model, query: runner.run(read_model.get_page(query))


def of_user(user_id="test_user_001", limit=10, **selection):
    selected = Selection(limit=limit, **selection)
    return RowQuery(index=None, groups=((user_id,),), selection=selected)


def of_campaign(marketing_id=CAMPAIGN, limit=10, **selection):
    shards = encode_marketing_shards(marketing_id)
    selected = Selection(limit=limit, **selection)
    return RowQuery(index=MARKETING_INDEX, groups=(shards,), selection=selected)


def of_transaction(transaction_id="tx_001", limit=10, **selection):
    selected = Selection(limit=limit, **selection)
    return RowQuery(index=TRANSACTION_INDEX, groups=((transaction_id,),), selection=selected)


def of_failures(days=(DAY, DAY - timedelta(days=1)), limit=10, **selection):
    return latest_failures_query(days, Selection(limit=limit, **selection))


@pytest.fixture
def walk(get_page):
    """Walk through all pages; returns all rows and the size of each page."""

    def go(read_model, make_query, **selection):
        rows, sizes, position = [], [], None
        while True:
            page = get_page(read_model, make_query(before_key=position, **selection))
            rows += page.rows
            sizes.append(len(page.rows))
            position = page.next_position
            if position is None:
                return rows, sizes

    return go


@pytest.fixture
def records(make_row):
    """Six records, newest first."""
    changes = (
        {"created_at": 6, "transaction_id": "tx_003", "user_id": "test_user_002"},
        {"created_at": 5, "transaction_id": "tx_002", "status": "FAILED", "error_msg": "gone"},
        {"created_at": 4, "transaction_id": "tx_002", "marketing_id": None, "platform": "FAX"},
        {"created_at": 3, "transaction_id": "tx_001b", "status": "BOUNCED", "ap_id": None},
        {"created_at": 3, "transaction_id": "tx_001", "platform": "ANDROID"},
        {"created_at": 1, "transaction_id": "tx_001", "ap_id": "web-portal-001"},
    )
    return [encode_notification(make_row(**each).record) for each in changes]


@pytest.fixture
def read_model(make_read_model, make_row, records):
    return make_read_model(
        [
            make_row(**{name: getattr(each, name) for name in each.__struct_fields__})
            for each in records
        ]
    )


def test_a_user_has_all_its_rows_newest_first(get_page, read_model, records):
    assert get_page(read_model, of_user()) == Page(tuple(records[1:]), None)


def test_a_campaign_has_its_rows_of_all_users(get_page, read_model, records):
    in_campaign = (records[0], records[1], *records[3:])

    assert get_page(read_model, of_campaign()) == Page(in_campaign, None)


def test_a_transaction_does_not_have_the_rows_of_a_longer_id(get_page, read_model, records):
    assert get_page(read_model, of_transaction("tx_001")).rows == (records[4], records[5])


@pytest.mark.parametrize("query", [of_user("nobody"), of_campaign("none"), of_transaction("no")])
def test_a_query_without_rows_has_an_empty_page(get_page, read_model, query):
    assert get_page(read_model, query) == Page((), None)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (of_user(filters=(("status", ("BOUNCED",)),)), [3]),
        (of_user(filters=(("platform", ("IOS",)),)), [1, 3, 5]),
        (of_user(filters=(("platform", ("IOS", "FAX")),)), [1, 2, 3, 5]),
        (of_user(filters=(("platform", ("FAX", "ANDROID")), ("status", ("SENT", "X")))), [2, 4]),
        (of_user(filters=(("marketing_id", (CAMPAIGN,)),)), [1, 3, 4, 5]),
        (of_user(filters=(("platform", ("IOS",)), ("ap_id", ("mobile-app-001",)))), [1]),
        (of_campaign(filters=(("platform", ("IOS",)),)), [0, 1, 3, 5]),
        (of_campaign(filters=(("ap_id", ("web-portal-001",)),)), [5]),
        (of_transaction("tx_002", filters=(("status", ("FAILED",)),)), [1]),
        (of_transaction("tx_001", filters=(("status", ("FAILED",)),)), []),
        (of_transaction("tx_002", filters=(("status", ("FAILED",)), ("status", ("SENT",)))), []),
    ],
)
def test_rows_match_all_filters(get_page, read_model, records, query, found):
    assert get_page(read_model, query) == Page(tuple(records[number] for number in found), None)


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"from_key": "0000000000003#"}, [1, 2, 3, 4]),
        ({"before_key": "0000000000003#"}, [5]),
        ({"from_key": "0000000000003#", "before_key": "0000000000005#"}, [2, 3, 4]),
        ({"before_key": "0000000000003#tx_001b"}, [4, 5]),
        ({"from_key": "0000000000003#tx_001b"}, [1, 2, 3]),
        ({"from_key": "0000000000001#tx_001", "before_key": "0000000000003#tx_001b"}, [4, 5]),
        ({"from_key": "0000000000003#", "before_key": "0000000000003#"}, []),
        ({"from_key": "0000000000005#", "before_key": "0000000000002#"}, []),
    ],
)
def test_the_lower_bound_is_inclusive_and_the_upper_one_exclusive(
    get_page, read_model, records, bounds, found
):
    page = get_page(read_model, of_user(**bounds))

    assert page == Page(tuple(records[number] for number in found), None)


def test_a_page_between_bounds_is_full_although_the_upper_one_is_a_row(
    get_page, read_model, records
):
    page = get_page(read_model, of_user(limit=2, from_key="0", before_key="0000000000005#tx_002"))

    assert page.rows == (records[2], records[3])
    assert page.next_position is not None


@pytest.mark.parametrize(("limit", "is_last"), [(4, False), (5, True), (6, True)])
def test_only_the_last_page_has_no_next_position(get_page, read_model, limit, is_last):
    page = get_page(read_model, of_user(limit=limit))

    assert len(page.rows) == min(limit, 5)
    assert (page.next_position is None) == is_last


def test_tombstones_are_skipped_and_do_not_shorten_a_page(get_page, make_read_model, make_row):
    rows = [make_row(created_at=time, transaction_id=f"tx_{time:03d}") for time in range(60)]
    buried = [
        Tombstone(key=row.key, version="2024#2", deleted_at=1, expires_at=2) for row in rows[10:]
    ]
    read_model = make_read_model([*rows[:10], *buried])

    page = get_page(read_model, of_user(limit=10))

    assert page == Page(tuple(encode_notification(row.record) for row in reversed(rows[:10])), None)


def test_ids_may_be_of_any_script(get_page, make_read_model, make_row):
    row = make_row(user_id="użytkownik 名前#1", transaction_id="交易#1", marketing_id="活動 🎉")
    read_model = make_read_model([row])

    queries = (of_user("użytkownik 名前#1"), of_campaign("活動 🎉"), of_transaction("交易#1"))

    assert [get_page(read_model, query).rows for query in queries] == [
        (encode_notification(row.record),)
    ] * 3


@pytest.fixture
def campaign(make_row):
    """Rows of one campaign in 100 milliseconds, newest first; one in each quarter has failed."""
    count = 200
    rows = [
        make_row(
            user_id=f"test_user_{number % 7:03d}",
            transaction_id=f"tx_{number:04d}",
            created_at=1_704_067_200_000 + number * 100 // count,
            status="FAILED" if number % (count // 4) == 0 else "SENT",
        )
        for number in range(count)
    ]
    return rows[::-1]


def test_a_walk_through_a_campaign_returns_each_row_once(walk, make_read_model, campaign):
    read_model = make_read_model(campaign)
    expected = [encode_notification(row.record) for row in campaign]

    for limit in (7, 100):
        walked, sizes = walk(read_model, of_campaign, limit=limit)
        assert walked == expected
        assert all(size == limit for size in sizes[:-1])
        assert 0 < sizes[-1] <= limit


def test_a_walk_with_a_selective_filter_returns_each_row_once(walk, make_read_model, campaign):
    read_model = make_read_model(campaign)

    walked, _ = walk(read_model, of_campaign, limit=3, filters=(("status", ("FAILED",)),))

    quarter = len(campaign) // 4
    assert [each.transaction_id for each in walked] == [
        f"tx_{number * quarter:04d}" for number in (3, 2, 1, 0)
    ]


def test_a_walk_between_two_times_returns_each_row_once(walk, make_read_model, campaign):
    read_model = make_read_model(campaign)

    walked, _ = walk(
        read_model,
        lambda before_key, **others: of_campaign(
            before_key=min(before_key or "1704067200090#", "1704067200090#"), **others
        ),
        limit=100,
        from_key="1704067200010#",
    )

    tenth = len(campaign) // 10
    assert walked == [encode_notification(row.record) for row in campaign[tenth:-tenth]]


def test_a_walk_through_a_user_returns_each_row_once(walk, make_read_model, make_row):
    rows = [make_row(created_at=1 + time // 2, transaction_id=f"tx_{time}") for time in range(100)]
    ordered = sorted((row.record for row in rows), key=lambda each: each.key, reverse=True)
    expected = [encode_notification(record) for record in ordered]
    read_model = make_read_model(rows)

    for limit in (1, 10, 99):
        walked, sizes = walk(read_model, of_user, limit=limit)
        assert walked == expected
        assert sizes[-1] > 0


@pytest.fixture
def failures(make_row):
    """Failures of three days of all users, newest first; the second day has none."""
    newest = 1_704_067_200_000 + DAY_MS - 1
    return [
        make_row(
            user_id=f"test_user_{number % 7:03d}",
            transaction_id=f"tx_{number:03d}",
            created_at=newest - number * 60_000 - (number >= 40) * 2 * DAY_MS,
            status="FAILED",
            ap_id=f"app-{number % 20}",
        )
        for number in range(60)
    ]


MONTH = [DAY - timedelta(days=ago) for ago in range(31)]


def test_the_latest_failures_are_those_of_all_users(get_page, make_read_model, make_row, failures):
    others = [make_row(transaction_id=f"tx_{status}", status=status) for status in ("SENT", "LOST")]
    read_model = make_read_model([*others, *failures])
    expected = tuple(encode_notification(row.record) for row in failures)

    assert get_page(read_model, of_failures(MONTH, limit=60)) == Page(expected, None)


@pytest.mark.parametrize(
    ("selection", "numbers"),
    [
        ({"filters": (("ap_id", ("app-3", "app-7")),)}, [3, 7, 23, 27, 43, 47]),
        ({"from_key": "1704153540000#", "before_key": "1704153599999#"}, []),
        ({"from_key": "1704153479999#", "before_key": "1704153600000#"}, [0, 1, 2]),
        ({"before_key": "1704067200000#"}, range(40, 60)),
    ],
)
def test_the_latest_failures_are_selected(get_page, make_read_model, failures, selection, numbers):
    read_model = make_read_model(failures)

    page = get_page(read_model, of_failures(MONTH, limit=60, **selection))

    expected = tuple(encode_notification(failures[number].record) for number in numbers)
    assert page == Page(expected, None)


@pytest.mark.parametrize("filters", [(), (("ap_id", ("app-3",)),)])
def test_a_walk_through_the_latest_failures_returns_each_once(
    walk, make_read_model, failures, filters
):
    read_model = make_read_model(failures)
    expected = [
        encode_notification(row.record)
        for row in failures
        if not filters or row.record.ap_id == "app-3"
    ]

    walked, sizes = walk(read_model, of_failures, days=MONTH, limit=7, filters=filters)

    assert walked == expected
    assert all(size <= 7 for size in sizes)


@pytest.fixture
def damage(aws_client):
    """Write over a row of the table, as a foreign writer would."""

    def write(row, **changes):
        item = encode_row(row) | changes
        aws_client("dynamodb").put_item(TableName=NOTIFICATION_RECORDS.name, Item=item)

    return write


@pytest.mark.parametrize("make_read_model", ["boto3", "dynamodb", "lambda"], indirect=True)
@pytest.mark.parametrize("make_query", [of_user, of_campaign])
def test_a_walk_leads_past_unreadable_rows(walk, make_read_model, make_row, damage, make_query):
    rows = [make_row(created_at=time, transaction_id=f"tx_{time}") for time in range(1, 10)]
    read_model = make_read_model(rows)
    for row in rows[3:7]:
        damage(row, created_at={"S": "today"})
    damage(rows[8], notification_key={"S": "no-notification-key"})

    walked, sizes = walk(read_model, make_query, limit=2)

    assert [each.created_at for each in walked] == [9, 8, 3, 2, 1]
    assert 0 in sizes

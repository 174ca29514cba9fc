import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import aws_client
from notification_models.schema import MARKETING_INDEX, TRANSACTION_INDEX
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidQueryEventError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.query_lambda.codec import (
    decode_query,
    decode_reply,
    encode_counts,
    encode_failure,
    encode_page,
    encode_query,
)
from query_api.read_model.counts import COUNTED_BY
from query_api.read_model.notification import encode_notification
from query_api.read_model.port import CountQuery, Counts, Page, RowQuery, Selection, UnreadableRow

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def tuples(elements):
    return st.lists(elements, min_size=1, max_size=3).map(tuple)


QUERIES = st.builds(
    RowQuery,
    index=st.sampled_from([None, MARKETING_INDEX, TRANSACTION_INDEX]),
    groups=tuples(tuples(TEXTS)),
    selection=st.builds(
        Selection,
        limit=st.integers(1, 100),
        from_key=st.none() | TEXTS,
        before_key=st.none() | TEXTS,
        filters=st.lists(st.tuples(TEXTS, tuples(TEXTS))).map(tuple),
    ),
)


def as_lambda_hands_over(content):
    return json.loads(content)


@given(query=QUERIES)
def test_a_query_round_trips(query):
    assert decode_query(as_lambda_hands_over(encode_query(query))) == query


COUNT_QUERIES = st.builds(
    CountQuery,
    rows=QUERIES,
    by=st.lists(st.sampled_from(sorted(COUNTED_BY)), max_size=4, unique=True).map(tuple),
    time_zone=st.sampled_from(["UTC", "Asia/Taipei"]),
)
COUNTS = Counts(
    groups=((("SENT", None), 5), (("新", "IOS"), 2)),
    other=3,
    counted=10,
    first_created_at=1,
    last_created_at=2,
    next_position="0000000000001#tx",
    reads=4,
    unreadable=((UnreadableRow("status", "is not an attribute value"), 7),),
)


@given(query=COUNT_QUERIES)
def test_a_count_round_trips(query):
    assert decode_query(as_lambda_hands_over(encode_query(query))) == query


@given(query=QUERIES)
def test_the_event_of_a_page_is_one_that_an_earlier_function_takes(query):
    assert set(json.loads(encode_query(query))) == {"index", "groups", "selection"}


@pytest.mark.parametrize(
    "counting",
    [
        {"by": ["user_id"], "time_zone": "UTC"},
        {"by": [], "time_zone": "Mars/Olympus"},
        {"by": []},
        {"by": [], "time_zone": "UTC", "later": 1},
    ],
)
def test_an_event_with_another_count_is_refused(counting):
    query = RowQuery(index=None, groups=(("u",),), selection=Selection(limit=1))
    event = json.loads(encode_query(query)) | {"counting": counting}

    with pytest.raises(InvalidQueryEventError):
        decode_query(event)


def test_counts_round_trip():
    counts = decode_reply(json.dumps(encode_counts(COUNTS)).encode())

    assert counts == COUNTS
    assert counts.reads == COUNTS.reads


def test_a_page_round_trips(make_row):
    page = Page(
        (encode_notification(make_row().record),),
        "0000000000001#tx",
        unreadable=(UnreadableRow("created_at", "is missing"),),
    )

    assert decode_reply(json.dumps(encode_page(page)).encode()) == page


def test_a_page_of_an_earlier_release_has_no_unreadable_rows():
    assert decode_reply(b'{"page": {"rows": [], "next_position": null}}') == Page((), None)


@pytest.mark.parametrize(
    "error",
    [
        RefusedError("AccessDeniedException"),
        ThrottledError("DynamoDB throttles"),
        UnavailableError("no connection"),
        DeadlineExceededError("too late"),
    ],
)
def test_an_error_round_trips(error):
    arrived = decode_reply(json.dumps(encode_failure(error)).encode())

    assert type(arrived) is type(error)
    assert str(arrived) == str(error)


@pytest.mark.parametrize(
    "event",
    [
        None,
        {},
        {"index": "no-such-index", "groups": [["u"]], "selection": {"limit": 1}},
        {"index": None, "groups": ["u"], "selection": {"limit": 1}},
        {"index": None, "groups": [["u"]], "selection": {"limit": "1"}},
        {"index": None, "groups": [["u"]], "selection": {"limit": 1}, "table": "other"},
        {"index": None, "groups": [], "selection": {"limit": 1}},
        {"index": None, "groups": [[]], "selection": {"limit": 1}},
    ],
)
def test_an_event_that_is_not_a_query_is_refused_and_not_repeated(event):
    with pytest.raises(InvalidQueryEventError) as caught:
        decode_query(event)

    assert str(caught.value) == "the event is not a query of the query API"
    assert caught.value.__cause__ is None


DEEP = b"[" * 100_000
MALFORMED = [
    b"",
    b"<html>",
    b"null",
    b"{}",
    b'{"failure": {"kind": "new", "reason": ""}}',
    b'{"page": null}',
    b'{"page": 5}',
    b'{"page": {"rows": null, "next_position": null}}',
    b'{"page": {"rows": [{}], "next_position": null}}',
    b'{"page": {"rows": [], "next_position": 5}}',
    b"\xff",
    b'{"page": {"rows": [], "next_position": "\xff"}}',
    DEEP,
    b'{"added_later": ' + DEEP,
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:60]))
def test_any_other_reply_is_unavailable(body):
    with pytest.raises(aws_client.UnavailableError):
        decode_reply(body)

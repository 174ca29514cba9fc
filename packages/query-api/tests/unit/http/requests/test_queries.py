import pytest

from query_api.exceptions import InvalidCursorError
from query_api.http.cursor import encode_cursor
from query_api.http.requests.queries import FailRequest, UserRequest
from query_api.read_model.port import Selection

NOW_MS = 1_764_003_661_500  # 2025-11-24T17:01:01.500Z


def test_a_request_without_options_selects_the_ten_newest_rows():
    assert UserRequest(user_id="u").to_query(NOW_MS).selection == Selection(limit=10)


def test_every_filter_is_selected():
    request = UserRequest(
        user_id="u",
        status="BOUNCED",
        platform=["FAX"],
        ap_id=["a", "b"],
        error_msg="Token expired",
        marketing_id="c",
    )

    assert request.to_query(NOW_MS).selection.filters == (
        ("status", ("BOUNCED",)),
        ("platform", ("FAX",)),
        ("ap_id", ("a", "b")),
        ("error_msg", ("Token expired",)),
        ("marketing_id", ("c",)),
    )


@pytest.mark.parametrize("created_at", ["0100000000005#\x00", "0100000000005#tx"])
def test_the_time_range_includes_its_start_and_excludes_its_end(created_at):
    starting = UserRequest(user_id="u", created_from=10**11 + 5).to_query(NOW_MS).selection
    ending = UserRequest(user_id="u", created_to=10**11 + 5).to_query(NOW_MS).selection

    assert starting.from_key is not None
    assert "0100000000004#\U0010ffff" < starting.from_key <= created_at
    assert ending.before_key is not None
    assert "0100000000004#\U0010ffff" < ending.before_key <= created_at


@pytest.mark.parametrize(
    ("position", "before_key"),
    [("0100000000004#tx", "0100000000004#tx"), ("0100000000006#tx", "0100000000005#")],
)
def test_a_cursor_continues_inside_the_time_range(position, before_key):
    request = UserRequest(user_id="u", created_to=10**11 + 5, cursor=encode_cursor(position))

    assert request.to_query(NOW_MS).selection.before_key == before_key


def test_a_forged_cursor_is_an_error():
    request = FailRequest(transaction_id="t", cursor="forged")

    with pytest.raises(InvalidCursorError):
        request.to_query(NOW_MS)

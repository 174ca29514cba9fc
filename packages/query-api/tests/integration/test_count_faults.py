"""The errors of counts when their backend fails."""

import asyncio
import json

import pytest

from notification_models import encode_notification_key
from query_api.exceptions import (
    DeadlineExceededError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.query_lambda.codec import encode_page
from query_api.read_model.deadline import DeadlineReadModel
from query_api.read_model.port import CountQuery, Page, Selection
from query_api.read_model.queries import marketing_query
from testing.fault_server import encode_response, reset, respond, stay_silent

DEADLINE_S = 20
"""Long, so that a machine that pauses for a second does not end a count."""
SHORT_DEADLINE_S = 2
"""Of a count that waits for it."""
QUERY = CountQuery(rows=marketing_query("c", Selection(limit=1)), by=("status",), time_zone="UTC")
THROTTLED = respond(400, b'{"__type": "x#ProvisionedThroughputExceededException"}')


@pytest.fixture(params=["dynamodb", "lambda"])
def count(request, runner):
    """Count as the service does, over a DynamoDB that fails."""
    make_at = request.getfixturevalue(f"make_{request.param}_at")

    def count_at(url, deadline_s=DEADLINE_S):
        bounded = DeadlineReadModel(make_at(url, deadline_s=deadline_s), deadline_s=2 * deadline_s)
        return runner.run(bounded.count(QUERY))

    return count_at


def answer(exchange, *numbers, has_more=False):
    """Respond with these rows of the partition that is asked for."""
    request = json.loads(exchange.body)
    partition = request["ExpressionAttributeValues"][":partition"]
    items = [
        {
            "marketing_shard": partition,
            "notification_key": {"S": encode_notification_key(number, "tx")},
            "status": {"S": "SENT"},
        }
        for number in numbers
    ]
    page = {"Items": items} | ({"LastEvaluatedKey": items[-1]} if has_more else {})
    exchange.writer.write(encode_response(200, json.dumps(page).encode()))


async def answer_with_one_row(exchange):
    answer(exchange, 5)


def test_a_passing_fault_is_retried(count, faults):
    faults.acts = [reset, reset, answer_with_one_row]

    counts = count(faults.url)

    assert (counts.counted, counts.next_position) == (4, None)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        pytest.param(reset, UnavailableError, id="reset"),
        pytest.param(THROTTLED, ThrottledError, id="throttled"),
        pytest.param(respond(400, b'{"__type": "x#ValidationException"}'), RefusedError, id="400"),
    ],
)
def test_a_lasting_fault_is_the_error_of_a_query(count, faults, fault, kind):
    faults.acts = [fault]

    with pytest.raises(kind):
        count(faults.url)


def test_a_count_without_a_response_exceeds_the_deadline(count, faults):
    faults.acts = [stay_silent]

    with pytest.raises(DeadlineExceededError):
        count(faults.url, SHORT_DEADLINE_S)


def test_rows_of_another_partition_are_never_counted(count, faults):
    item = {"marketing_shard": {"S": "d#0"}, "notification_key": {"S": "0000000000005#tx"}}
    faults.acts = [respond(200, json.dumps({"Items": [item]}).encode())]

    with pytest.raises(UnavailableError, match="RowsOfAnotherQuery"):
        count(faults.url)


def test_what_is_counted_is_returned_although_a_later_read_has_no_response(count, faults):
    async def stall_later(exchange):
        if b":before" in exchange.body:
            await asyncio.sleep(60)
        answer(exchange, 7, 5, has_more=True)

    faults.acts = [stall_later]

    counts = count(faults.url, SHORT_DEADLINE_S)

    assert (counts.counted, counts.next_position) == (8, "0000000000005#tx")


@pytest.mark.parametrize(
    ("body", "headers", "kind"),
    [
        # A function of an earlier release refuses the event of a count.
        (
            {"errorType": "InvalidQueryEventError"},
            {"x_amz_function_error": "Unhandled"},
            RefusedError,
        ),
        (encode_page(Page((), None)), {}, UnavailableError),
    ],
)
def test_a_function_that_does_not_count_is_an_error(
    make_invoking_at, runner, faults, body, headers, kind
):
    faults.acts = [respond(200, json.dumps(body).encode(), **headers)]

    with pytest.raises(kind):
        runner.run(make_invoking_at(faults.url).count(QUERY))

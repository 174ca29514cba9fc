import asyncio

import pytest

from query_api.exceptions import BodyTimeoutError, MalformedBodyError
from query_api.http.body import read_body

WHOLE = {"type": "http.request", "body": b"{}", "more_body": False}
PART = {"type": "http.request", "body": b"{", "more_body": True}
GONE = {"type": "http.disconnect"}
SHORT_S = 0.05
LONG_S = 10


@pytest.fixture
def read():
    """Read the body of a client that sends these messages and then nothing."""

    async def read_messages(messages, timeout_s):
        queue = asyncio.Queue()
        for message in messages:
            queue.put_nowait(message)
        return await read_body(queue.get, timeout_s=timeout_s)

    return lambda messages, timeout_s=LONG_S: asyncio.run(read_messages(messages, timeout_s))


def test_a_body_in_parts_is_read_to_its_end(read):
    assert read([PART, PART, WHOLE]) == b"{{{}"


@pytest.mark.parametrize("messages", [[], [PART], [PART, PART]])
def test_a_body_that_never_arrives_times_out(read, messages):
    with pytest.raises(BodyTimeoutError):
        read(messages, timeout_s=SHORT_S)


@pytest.mark.parametrize("messages", [[GONE], [PART, GONE]])
def test_a_body_whose_client_disconnects_is_malformed(read, messages):
    with pytest.raises(MalformedBodyError):
        read(messages)


def test_a_server_that_stops_during_a_body_is_not_taken_for_a_timeout():
    async def stop_server():
        reading = asyncio.create_task(read_body(asyncio.Queue().get, timeout_s=LONG_S))
        await asyncio.sleep(0)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading

    asyncio.run(stop_server())

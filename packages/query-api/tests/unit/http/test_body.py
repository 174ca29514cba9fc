import asyncio
import json
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from query_api.exceptions import (
    InvalidRequestError,
    MalformedBodyError,
    UnsupportedContentEncodingError,
)
from query_api.http.body import decode_body, read_body
from query_api.http.requests.queries import UserRequest

JSON_HEADERS = [(b"content-type", b"application/json")]

WHOLE = {"type": "http.request", "body": b"{}", "more_body": False}
PART = {"type": "http.request", "body": b"{", "more_body": True}
GONE = {"type": "http.disconnect"}


@pytest.fixture
def read():
    """Read the body of a client that sends these messages."""

    async def read_messages(messages):
        queue = asyncio.Queue()
        for message in messages:
            queue.put_nowait(message)
        return await read_body(queue.get)

    return lambda messages: asyncio.run(read_messages(messages))


def test_a_body_in_parts_is_read_to_its_end(read):
    assert read([PART, PART, WHOLE]) == b"{{{}"


@pytest.mark.parametrize("messages", [[GONE], [PART, GONE]])
def test_a_body_whose_client_disconnects_is_malformed(read, messages):
    with pytest.raises(MalformedBodyError):
        read(messages)


def test_a_byte_order_mark_is_ignored():
    request = decode_body(b'\xef\xbb\xbf{"user_id": "u"}', JSON_HEADERS, UserRequest)

    assert request == UserRequest(user_id="u")


def test_a_byte_order_mark_alone_is_no_body():
    with pytest.raises(MalformedBodyError):
        decode_body(b"\xef\xbb\xbf", JSON_HEADERS, UserRequest)


@pytest.mark.parametrize("coding", [b"identity", b"Identity", b""])
def test_a_body_may_be_declared_as_not_encoded(coding):
    headers = [*JSON_HEADERS, (b"content-encoding", coding)]

    assert decode_body(b'{"user_id": "u"}', headers, UserRequest)


@pytest.mark.parametrize("coding", [b"gzip", b"br", b"identity, gzip", b"unknown"])
@pytest.mark.parametrize("is_first", [True, False])
def test_an_encoded_body_is_refused_wherever_the_header_is(coding, is_first):
    encoding = [(b"content-encoding", coding)]
    headers = encoding + JSON_HEADERS if is_first else JSON_HEADERS + encoding

    with pytest.raises(UnsupportedContentEncodingError):
        decode_body(b'{"user_id": "u"}', headers, UserRequest)


def escape(text):
    return "".join(f"\\u{ord(letter):04x}" for letter in text)


# Texts with what a search for fields could take for one.
parts = st.sampled_from(['"', ":", ",", "\\", "{", "}", '"status":', "é", " "])
texts = st.lists(parts, min_size=1, max_size=8).map("".join)
fields = st.one_of(
    st.tuples(st.sampled_from(["status", "platform", "ap_id"]), texts | st.none()),
    st.tuples(st.just("limit"), st.integers(1, 100) | st.none()),
    st.tuples(st.sampled_from(["status", "ap_id"]), st.lists(texts, min_size=1, max_size=3)),
    st.tuples(
        st.just("created_from"),
        st.integers(10**11, 10**12) | st.just("2026-11-24T18:00:00+08:00"),
    ),
)


@given(
    others=st.lists(st.tuples(fields, st.booleans()), max_size=6),
    user_id=texts,
    is_ascii=st.booleans(),
    colon=st.sampled_from([":", " : "]),
)
def test_a_body_is_refused_for_duplicates_exactly_if_it_has_one(others, user_id, is_ascii, colon):
    pairs = [
        f'"{escape(name) if is_escaped else name}"{colon}{json.dumps(value, ensure_ascii=is_ascii)}'
        for (name, value), is_escaped in [(("user_id", user_id), False), *others]
    ]
    body = f"{{{','.join(pairs)}}}".encode()
    names = [name for name, _ in json.loads(body, object_pairs_hook=list)]
    duplicates = {name for name in names if names.count(name) > 1}

    with pytest.raises(InvalidRequestError) if duplicates else nullcontext() as refused:
        decode_body(body, JSON_HEADERS, UserRequest)

    if duplicates:
        assert {each.pointer for each in refused.value.faults} == {
            f"/{each}" for each in duplicates
        }

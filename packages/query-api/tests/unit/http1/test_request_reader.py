import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.exceptions import ClientException

from query_api.exceptions import BodyTooLargeError, HeadTooLargeError
from query_api.http1.refusal import find_refusal
from query_api.http1.request import Phase
from query_api.http1.request_reader import RequestReader

from ...support.fake_client import cut

GET = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /query/user HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
CHUNKED = (
    b"POST /query/user HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"1\r\na\r\n2;x=y\r\nbc\r\n0\r\nX-Trailer: t\r\nHost: trailer\r\n\r\n"
)
KIB = 1024


def upgrade(request, protocol=b"h2c"):
    """Add the headers that ask for another protocol, as Java's client does."""
    line, end, rest = request.partition(b"\r\n")
    return b"%b%bConnection: Upgrade, HTTP2-Settings\r\nUpgrade: %b\r\n%b" % (
        line, end, protocol, b"HTTP2-Settings: AAEAAEAA\r\n" + rest
    )  # fmt: skip


def read_all(*segments):
    reader = RequestReader()
    found = []
    for segment in segments:
        reader.add(segment)
        while (request := reader.read()) is not None:
            found.append(request)
    return found


def describe(request):
    refusal = find_refusal(request.scope)
    if refusal is not None:  # how much of its headers was read may differ
        return type(refusal)
    names = {"method", "path", "raw_path", "query_string", "headers", "http_version"}
    scope = {name: request.scope[name] for name in names}
    return scope, request.body, request.is_last


def split(data):
    return [data[at : at + 1] for at in range(len(data))]


def test_a_request_has_its_target_headers_and_whole_body():
    (request,) = read_all(POST.replace(b" /query/user", b" /query/user%20x?a=b"))

    assert request.scope["method"] == "POST"
    assert request.scope["path"] == "/query/user x"
    assert request.scope["raw_path"] == b"/query/user%20x"
    assert request.scope["query_string"] == b"a=b"
    assert request.scope["headers"] == [(b"host", b"a"), (b"content-length", b"3")]
    assert (request.body, request.is_last) == (b"abc", False)


def test_a_request_is_not_read_before_its_body_is_whole():
    reader = RequestReader()

    reader.add(POST[:-1])

    assert reader.read() is None
    assert reader.phase is Phase.BODY


def test_a_body_in_chunks_is_put_together_and_its_trailers_are_dropped():
    (request,) = read_all(CHUNKED)

    assert request.body == b"abc"
    assert (b"x-trailer", b"t") not in request.scope["headers"]


@pytest.mark.parametrize("protocol", [b"h2c", b"websocket", b"foo"])
@pytest.mark.parametrize("request_", [GET, POST, CHUNKED])
@pytest.mark.parametrize("cut_into", [lambda data: [data], split])
def test_a_request_with_upgrade_is_read_as_without(request_, protocol, cut_into):
    (plain,) = read_all(request_)

    (request,) = read_all(*cut_into(upgrade(request_, protocol)))

    assert (request.scope["path"], request.body) == (plain.scope["path"], plain.body)
    assert request.scope["method"] == plain.scope["method"]
    assert not request.is_last


def test_a_body_behind_upgrade_is_never_a_request():
    body = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    head = b"POST /query/user HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body)
    upgraded = upgrade(head)

    requests = read_all(upgraded, body)

    assert [(each.scope["path"], each.body) for each in requests] == [("/query/user", body)]


def test_connection_close_beside_upgrade_is_obeyed():
    asked = GET.replace(b"Host", b"Connection: close, Upgrade\r\nUpgrade: h2c\r\nHost")

    (request,) = read_all(asked + GET)

    assert request.is_last


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param(b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", id="two hosts"),
        pytest.param(b"GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", id="two hosts in HTTP/1.0"),
        pytest.param(b"CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", id="connect"),
        pytest.param(b"GET / HTTP/0.9\r\nHost: a\r\n\r\n", id="version 0.9"),
        pytest.param(b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", id="version 2.0"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", id="TLS"),
        pytest.param(b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", id="space before the colon"),
        pytest.param(b"GET / HTTP/1.1\nHost: a\n\n", id="line feeds only"),
        pytest.param(GET.replace(b"/health", b"/\xc3\xa9"), id="not ASCII"),
        pytest.param(POST.replace(b"Host", b"Content-Length: 4\r\nHost"), id="two lengths"),
        pytest.param(
            CHUNKED.replace(b"Host", b"Content-Length: 3\r\nHost"), id="chunks and length"
        ),
        pytest.param(CHUNKED.replace(b"chunked", b"gzip, chunked"), id="another coding"),
        pytest.param(CHUNKED.replace(b"1\r\na", b"z\r\na"), id="no chunk size"),
    ],
)
def test_what_is_not_valid_http_is_refused_and_nothing_after_it_is_read(sent):
    requests = read_all(GET + sent + GET)

    assert [type(find_refusal(each.scope)) for each in requests] == [type(None), ClientException]
    assert [each.is_last for each in requests] == [False, True]


def test_http_1_0_needs_no_host_and_ends_its_connection():
    (request,) = read_all(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + GET)

    assert find_refusal(request.scope) is None
    assert (request.scope["http_version"], request.is_last) == ("1.0", True)


def test_nothing_after_connection_close_is_read():
    requests = read_all(GET.replace(b"Host", b"Connection: close\r\nHost"), GET, b"garbage")

    assert [each.is_last for each in requests] == [True]


def make_head(size):
    empty = GET.replace(b"Host", b"X-Long: \r\nHost")
    return empty.replace(b"X-Long: ", b"X-Long: " + b"x" * (size - len(empty)))


@pytest.mark.parametrize("cut_into", [lambda data: [data], split])
def test_a_head_as_large_as_the_load_balancer_passes_on_is_read(cut_into):
    (request,) = read_all(*cut_into(make_head(64 * KIB)))

    assert find_refusal(request.scope) is None


@pytest.mark.parametrize("head", [make_head(65 * KIB), GET.replace(b"health", b"h" * 65 * KIB)])
@pytest.mark.parametrize("cut_into", [lambda data: [data], split])
def test_a_larger_head_is_refused(head, cut_into):
    (request,) = read_all(*cut_into(head))

    assert isinstance(find_refusal(request.scope), HeadTooLargeError)


@pytest.mark.parametrize("endless", [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\n"])
def test_an_endless_head_is_refused_within_70_kib(endless):
    reader = RequestReader()
    reader.add(endless)
    sent = 0
    header = b"x: y\r\n" if endless.endswith(b"\n") else b"xx"

    while (request := reader.read()) is None:
        reader.add(header * 200)
        sent += len(header * 200)

    assert isinstance(find_refusal(request.scope), HeadTooLargeError)
    assert sent <= 70 * KIB


def test_a_body_of_16_kib_is_read_and_a_longer_one_refused():
    head = POST.partition(b"Content-Length")[0] + b"Content-Length: %d\r\n\r\n%b"

    read, refused = (read_all(head % (size, b"x" * size)) for size in (16 * KIB, 16 * KIB + 1))

    assert [find_refusal(each.scope) for each in read] == [None]
    assert [type(find_refusal(each.scope)) for each in refused] == [BodyTooLargeError]


@pytest.mark.parametrize(
    "endless", [b"1;" + b"x" * 2000 + b"\r\na\r\n", b"0\r\n" + b"x: y\r\n" * 300]
)
def test_endless_chunks_and_trailers_are_refused(endless):
    head = CHUNKED.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"

    (request,) = read_all(head, *[endless] + [endless.removeprefix(b"0\r\n")] * 100)

    assert isinstance(find_refusal(request.scope), BodyTooLargeError)


def test_many_small_requests_at_once_are_parsed_a_few_at_a_time():
    reader = RequestReader()
    reader.add(GET * 10_000)

    reader.read()

    assert reader.unparsed_bytes > 9_000 * len(GET)


def test_a_client_that_waits_for_100_continue_is_noted():
    reader = RequestReader()
    reader.add(POST[:-3].replace(b"Host", b"Expect: 100-Continue\r\nHost"))

    reader.read()

    assert (reader.phase, reader.expects_continue) == (Phase.BODY, True)


SINGLE = st.sampled_from([GET, POST, CHUNKED, make_head(6 * KIB)])
REQUESTS = st.lists(
    SINGLE.flatmap(lambda each: st.sampled_from([each, upgrade(each), b"\r\n" + each])), max_size=6
)
ENDS = st.sampled_from(
    [
        b"",
        GET[:20],
        POST[:-1],
        b"G\x00T",
        b"GET / HTTP/1.1\r\n\r\n",
        make_head(20 * KIB),
        upgrade(POST)[:-2],
    ]
)


@given(st.data(), REQUESTS, ENDS)
def test_requests_are_the_same_wherever_their_bytes_are_cut(data, requests, end):
    sent = b"".join(requests) + end
    places = data.draw(st.lists(st.integers(0, len(sent)), max_size=40))

    cut_up = [describe(each) for each in read_all(*cut(sent, places))]

    assert cut_up == [describe(each) for each in read_all(sent)]
    assert len(cut_up) in (len(requests), len(requests) + 1)

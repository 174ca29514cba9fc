"""Bodies in and out, without what a framework does for handlers that know nothing of HTTP.

Litestar makes a request object, reads its body through two asynchronous generators and builds an
answer out of headers that can be changed until the end. For the one body and the one answer of a
query that costs a third of all that a request costs here.
"""

from litestar.exceptions import MethodNotAllowedException
from litestar.types import HTTPReceiveMessage, Receive, Scope, Send

from query_api.exceptions import BodyTooLargeError


def check_is_post(scope: Scope) -> None:
    """Refuse other methods, as Litestar does for handlers of HTTP.

    Raises:
        MethodNotAllowedException: the method is not POST.
    """
    if scope.get("method") != "POST":
        raise MethodNotAllowedException(headers={"allow": "POST"})


async def read_body(receive: Receive) -> bytes:
    """Read the whole body of a request.

    Raises:
        BodyTooLargeError: it has more than `BodyTooLargeError.max_bytes`.
    """
    body = b""
    while True:
        message: HTTPReceiveMessage = await receive()  # type: ignore[assignment]
        body += message["body"]  # type: ignore[typeddict-item]  # `ClientWatch` lets nothing else in
        if len(body) > BodyTooLargeError.max_bytes:
            raise BodyTooLargeError
        if not message["more_body"]:  # type: ignore[typeddict-item]
            return body


def find_content_type(scope: Scope) -> str:
    """Find what the body is announced as; empty where it is not."""
    for name, value in scope["headers"]:
        if name == b"content-type":
            return value.decode("latin-1")
    return ""


async def send_json(body: bytes, send: Send) -> None:
    """Answer 200 with a body that is JSON already."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

import json
import logging
from io import BytesIO

import pytest

from query_api.observability.json_log import JsonLog, take_over_logging

CANARY = "s3cret-canary"


@pytest.fixture
def read_line():
    """Take over Python's logging for one test; returns the one line that it wrote."""
    root, server = logging.getLogger(), logging.getLogger("uvicorn.error")
    before = (root.handlers, root.level, server.level)
    output = BytesIO()
    take_over_logging(JsonLog(output))

    def read():
        (line,) = output.getvalue().splitlines()
        return json.loads(line)

    yield read
    root.handlers = before[0]
    root.setLevel(before[1])
    server.setLevel(before[2])


def test_a_message_of_the_http_server_is_a_json_line(read_line):
    logging.getLogger("uvicorn.error").info("running on %s\n", "http://127.0.0.1:8000")

    line = read_line()
    assert (line["level"], line["logger"]) == ("info", "uvicorn.error")
    assert line["event"] == "running on http://127.0.0.1:8000"


def test_the_named_arguments_of_the_services_own_messages_are_fields(read_line):
    logging.getLogger("query_api.http.problems").error(
        "failed in %(where)s", {"where": "get_page:5"}
    )

    line = read_line()
    assert (line["level"], line["event"]) == ("error", "failed in get_page:5")
    assert line["where"] == "get_page:5"


@pytest.mark.parametrize(
    ("message", "values"),
    [("sent %s", (CANARY,)), ("sent %(body)s", ({"body": CANARY},)), (f"sent\n{CANARY}", ())],
)
def test_the_arguments_of_libraries_messages_are_left_out(read_line, message, values):
    logging.getLogger("botocore.endpoint").warning(message, *values)

    line = read_line()
    assert line["event"].startswith("sent")
    assert CANARY not in str(line)


@pytest.mark.parametrize("name", ["query_api.asgi", "uvicorn.error", "asyncio"])
def test_an_error_is_logged_with_its_class_and_place_but_without_its_text(read_line, name):
    try:
        int(CANARY)
    except ValueError:
        logging.getLogger(name).exception("failed")

    line = read_line()
    assert (line["event"], line["error"]) == ("failed", "ValueError")
    assert line["where"].startswith("test_json_log.py:")
    assert CANARY not in str(line)


def test_an_error_that_was_not_raised_has_no_place(read_line):
    logging.getLogger("asyncio").error("failed", exc_info=ValueError(CANARY))

    assert read_line()["where"] is None


def test_info_messages_of_libraries_are_not_logged(read_line):
    logging.getLogger("botocore").info("hello")
    logging.getLogger("botocore").warning("here")

    assert read_line()["event"] == "here"

import asyncio
import json
import re
from pathlib import Path

import pytest

from testing.fault_server import respond

README = Path(__file__).parents[2] / "README.md"
NOTIFICATION = {
    "user_id": "test_user_001",
    "transaction_id": "tx_1",
    "created_at": 1_704_067_200_000,
    "notification_title": "Happy New Year",
    "status": "FAILED",
    "error_msg": "Token expired",
}


@pytest.fixture
def examples(server):
    """The Python examples, for the server instead of the local stack; it has one notification."""
    envelope = {"success": True, "message": "", "next_cursor": None}
    group = {"ap_id": "mobile-app-001", "error_msg": "Token expired", "count": 7}
    times = {"first_created_at": 1, "last_created_at": 2}
    bodies = (
        {**envelope, "data": [NOTIFICATION]},
        {**envelope, **times, "data": [group], "counted": 7},
    )
    server.acts = [respond(200, json.dumps(body).encode()) for body in bodies]
    text = README.read_text(encoding="utf-8").replace("http://127.0.0.1:8000", server.url)
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_first_example_prints_notifications_and_failing_applications(examples, capsys):
    exec(examples[0], {})  # noqa: S102 - our own text

    assert capsys.readouterr().out == (
        "1704067200000 FAILED Happy New Year\n7 mobile-app-001 Token expired\n"
    )


def test_the_asynchronous_example_counts_failing_applications(examples, server, capsys):
    names = {}

    exec(examples[1], names)  # noqa: S102 - our own text
    counts = asyncio.run(names["find_failing_applications"](server.url))

    assert counts == {"mobile-app-001": 7}
    assert capsys.readouterr().out == "tx_1 Token expired\n"


def test_the_client_of_the_signing_example_can_be_created(examples):
    names = {}

    exec(examples[3], names)  # noqa: S102 - our own text

    names["client"].close()

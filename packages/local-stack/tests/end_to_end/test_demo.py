import io
from contextlib import contextmanager

import click
import pytest
from rich.console import Console

from local_stack.commands import run_demo
from stream_processor.bootstrap import open_handler


def test_the_demo_prints_three_responses_and_exits_with_status_0(run_command):
    done = run_command("demo")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for path in ("/query/user", "/query/marketing", "/query/fail"):
        assert f"POST {path}" in done.stdout
    for shown in ("mobile-app-001", "web-portal-001", "mobile-app-002", "您的訂單已出貨", "median"):
        assert shown in done.stdout


def test_the_demo_ignores_the_users_aws_and_proxy_settings(run_command):
    done = run_command(
        "demo",
        environment={
            "AWS_PROFILE": "no-such-profile",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_REGION": "eu-west-1",
            "HTTP_PROXY": "http://127.0.0.1:9",
            "http_proxy": "http://127.0.0.1:9",
            "NO_PROXY": "",
            "no_proxy": "",
        },
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_response_is_printed_and_ends_the_demo_with_an_error():
    @contextmanager
    def open_forgetful_handler(*arguments):
        def handle(event, context):
            # Reports success without applying one record.
            kept = [
                each
                for each in event["Records"]
                if each["dynamodb"]["Keys"]["transaction_id"] != {"S": "tx_003"}
            ]
            return handler({"Records": kept}, context)

        with open_handler(*arguments) as handler:
            yield handle

    shown = io.StringIO()

    with pytest.raises(click.ClickException, match="1 of 3 responses are wrong"):
        run_demo(Console(file=shown, width=80), open_forgetful_handler)

    assert "3 notifications, not 4" in shown.getvalue()

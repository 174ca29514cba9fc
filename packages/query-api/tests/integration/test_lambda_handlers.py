import json
import os
import subprocess
import sys

import pytest

from query_api.query_lambda.codec import encode_query
from query_api.read_model.port import RowQuery, Selection
from testing.fault_server import respond, stay_silent

# A process of its own, since the function reads its settings once.
PROGRAM = """
import json, sys
from query_api.lambda_handlers import query
reply = query(json.load(sys.stdin), None)
json.dump({"reply": reply, "modules": list(sys.modules)}, sys.stdout)
"""
QUERY = RowQuery(index=None, groups=(("test_user_001",),), selection=Selection(limit=10))


@pytest.fixture
def run_query(faults, account_id):
    """Run a query in the environment of a Lambda function."""

    def run(*acts, deadline_ms=20_000):
        faults.acts = acts
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            input=encode_query(QUERY).decode(),
            env={
                "PATH": os.environ["PATH"],
                "AWS_ACCESS_KEY_ID": account_id,
                "AWS_SECRET_ACCESS_KEY": "unchecked",
                "AWS_SESSION_TOKEN": "unchecked",
                "AWS_REGION": "ap-southeast-1",
                "AWS_LAMBDA_FUNCTION_NAME": "notification-query",
                "QUERY_DYNAMODB_ENDPOINT_URL": faults.url,
                "QUERY_DEADLINE_MS": str(deadline_ms),
            },
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return json.loads(done.stdout)

    return run


def test_the_query_lambda_ends_a_query_at_its_deadline(run_query):
    reply = run_query(stay_silent, deadline_ms=200)["reply"]

    assert reply["failure"] == {
        "kind": "deadline-exceeded",
        "reason": "no response within 0.2 s",
    }


def test_the_query_lambda_loads_neither_boto3_nor_botocore(run_query):
    result = run_query(respond(200, b'{"Items": []}'))

    assert result["reply"]["page"]["rows"] == []
    assert "query_api.lambda_handlers" in result["modules"]
    assert not {"boto3", "botocore", "litestar"} & set(result["modules"])

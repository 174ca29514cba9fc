import json
import os
import subprocess
import sys

from query_api.query_lambda.codec import encode_query
from query_api.read_model.port import RowQuery, Selection
from testing.fault_server import stay_silent

# A process of its own, since the function reads its settings once.
PROGRAM = """
import json, sys
from query_api.lambda_handlers import query
json.dump(query(json.load(sys.stdin), None), sys.stdout)
"""
QUERY = RowQuery(index=None, partitions=("test_user_001",), selection=Selection(limit=10))


def test_the_query_lambda_ends_a_query_at_its_deadline(faults, account_id):
    faults.acts = [stay_silent]

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=encode_query(QUERY).decode(),
        env=os.environ
        | {
            "AWS_ACCESS_KEY_ID": account_id,
            "AWS_SECRET_ACCESS_KEY": "unchecked",
            "AWS_DEFAULT_REGION": "ap-southeast-1",
            "QUERY_DYNAMODB_ENDPOINT_URL": faults.url,
            "QUERY_DEADLINE_MS": "200",
        },
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )

    assert json.loads(done.stdout)["failure"] == {
        "kind": "deadline-exceeded",
        "reason": "no response within 0.2 s",
    }

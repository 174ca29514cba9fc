import json
import re
from pathlib import Path

from testing.fault_server import respond

README = Path(__file__).parents[2] / "README.md"


def test_the_example_finds_rows(monkeypatch, faults, runner):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", faults.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "unchecked")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "unchecked")
    items = [{"user_id": {"S": "test_user_001"}}]
    faults.acts = [respond(200, json.dumps({"Items": items}).encode())]
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    names = {}

    exec(compile(example, str(README), "exec"), names)  # noqa: S102 - our own README
    found = runner.run(names["find_rows"]("test_user_001"))

    assert found == items
    (request,) = faults.requests
    assert json.loads(request.body)["ExpressionAttributeValues"] == {
        ":user_id": {"S": "test_user_001"}
    }

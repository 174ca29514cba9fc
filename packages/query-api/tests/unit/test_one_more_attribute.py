"""Makes the edits that serve one more attribute, in a copy, and follows a value to the response.

They are those of "Serve one more attribute" in the README of the models.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import notification_models
import query_api

EDITED = {
    notification_models: "served_attributes.py",
    query_api: "read_model/notification.py",
}
FIRST_FIELD = "    user_id: str\n"
NEW_FIELDS = "    new_text: str | None = None\n    new_number: int | None = None\n"
PROGRAM = """
import json, sys
from notification_models import Row, encode_row, project_item
from query_api.dynamodb.partition import PartitionRead
from query_api.dynamodb.response import decode_response
from query_api.http.responses import encode_answer
from query_api.openapi.schemas import create_schemas
from query_api.read_model.port import Page, Selection
from query_api.read_model.queries import user_query

items = [
    encode_row(Row(record=project_item(item), version="1")) for item in json.load(sys.stdin)
]
query = user_query("test_user_001", Selection(limit=10))
read = PartitionRead("test_user_001", before_key=None, limit=10)
page = decode_response(json.dumps({"Items": items}).encode(), query, read)
answer = encode_answer(Page(tuple(row for _, row in page.rows), None), query)
schema = create_schemas()["NotificationRecord"]
json.dump({"rows": json.loads(answer)["data"], "schema": schema}, sys.stdout)
"""
COMMAND_ITEM = {
    "transaction_id": {"S": "tx_001"},
    "created_at": {"N": "1704067200000"},
    "user_id": {"S": "test_user_001"},
    "notification_title": {"S": "新年快樂 🎉"},
    "status": {"S": "SENT"},
    "platform": {"S": "IOS"},
}


def copy_with_new_fields(folder: Path) -> None:
    for package, edited in EDITED.items():
        source = Path(package.__file__).parent
        copy = folder / source.name
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "docs_page"))
        text = (copy / edited).read_text()
        assert text.count(FIRST_FIELD) == 1
        (copy / edited).write_text(text.replace(FIRST_FIELD, NEW_FIELDS + FIRST_FIELD))


def test_two_fields_take_an_attribute_from_the_senders_item_to_the_response(tmp_path):
    copy_with_new_fields(tmp_path)
    new = {"new_text": {"S": "x"}, "new_number": {"N": "7"}}

    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps([COMMAND_ITEM | new, COMMAND_ITEM]),
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 0, result.stderr
    output = json.loads(result.stdout)
    rows = [(row["new_text"], row["new_number"]) for row in output["rows"]]
    assert rows == [("x", 7), (None, None)]
    assert {"new_text", "new_number"} <= output["schema"]["properties"].keys()
    assert {"new_text", "new_number"} <= set(output["schema"]["required"])

import json
import re
from io import BytesIO
from pathlib import Path

import pytest

from query_api.exceptions import BodyTooLargeError, HeadTooLargeError
from query_api.http.problems import PROBLEMS
from query_api.http1.request import Phase
from query_api.http1.watchdog import MAX_CONNECTIONS, MAX_HELD_BYTES, MAX_UNSENT_S
from query_api.observability.access_log import create_access_log
from query_api.observability.json_log import JsonLog
from query_api.observability.metrics import RequestMetrics
from query_api.observability.observation import Observation
from query_api.openapi.description import create_description
from query_api.settings import PREFIX, Settings

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def readme():
    return README.read_text(encoding="utf-8")


def test_the_example_walks_through_a_campaign(readme, client, read_model, make_row):
    read_model.records = [make_row(created_at=time).record for time in range(250)]
    (example,) = re.findall(r"```python\n(.+?)```", readme, re.DOTALL)
    names = {}

    exec(example, names)  # noqa: S102 - our own text
    found = list(names["find_campaign"](client, "campaign_2024_new_year"))

    assert [record["created_at"] for record in found] == list(range(249, -1, -1))


def test_every_setting_is_in_the_table(readme):
    rows = re.findall(r"^\| `(QUERY_\w+)` \| (?:`(.*?)`)? ?\| (.+?) \|$", readme, re.MULTILINE)

    assert rows == [
        (
            f"{PREFIX}{name}".upper(),
            "" if field.default is None else str(field.default),
            field.description,
        )
        for name, field in Settings.model_fields.items()
    ]


def test_every_problem_is_in_the_table(readme):
    (table,) = re.findall(r"^\| status \| type \| .+\n((?:\|.+\n)+)", readme, re.MULTILINE)
    rows = re.findall(r"^\| (\d{3}) \| `/problems/([\w-]+)` \|", table, re.MULTILINE)

    assert sorted(rows) == sorted((str(each.status), each.name) for each in PROBLEMS.values())


def test_the_limits_of_a_connection_are_in_the_table(readme):
    (table,) = re.findall(r"^\| of a client \|.+\n((?:\|.+\n)+)", readme, re.MULTILINE)
    rows = re.findall(r"^\| [^|]+ \| (.+?) \|", table, re.MULTILINE)

    assert rows == [
        f"{HeadTooLargeError.max_bytes // 1024} KiB, within {Phase.HEAD.value:.0f} s",
        f"{BodyTooLargeError.max_bytes // 1024} KiB, within {Phase.BODY.value:.0f} s",
        f"read within {MAX_UNSENT_S:.0f} s",
        f"{Phase.REQUEST.value:.0f} s",
    ]
    assert f"{MAX_HELD_BYTES // 1_000_000} MB" in readme
    assert f"at most {MAX_CONNECTIONS:,} connections" in readme


def test_every_metric_is_in_the_table(readme):
    documents = []
    metrics = RequestMetrics(documents.append)
    metrics.record(Observation("1", None, "POST", "/query/user"))

    metrics.report()

    directives = [document["_aws"]["CloudWatchMetrics"][0] for document in documents]
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (`.+?`) \|", readme, re.MULTILINE)
    assert rows == [
        (metric["Name"], metric["Unit"], describe(directive["Dimensions"]))
        for directive in directives
        for metric in directive["Metrics"]
    ]


def describe(dimension_sets):
    return "; ".join(", ".join(f"`{name}`" for name in names) for names in dimension_sets)


def test_every_field_of_a_log_line_is_in_the_table(readme):
    output = BytesIO()

    create_access_log(JsonLog(output))(Observation("1", None, "POST", "/query/user"))

    (table,) = re.findall(r"^\| field \|.+\n((?:\|.+\n)+)", readme, re.MULTILINE)
    documented = re.findall(r"`(\w+)`", "".join(re.findall(r"^\|[^|]+\|", table, re.MULTILINE)))
    assert sorted(documented) == sorted(json.loads(output.getvalue()))


def test_every_endpoint_is_in_the_table(readme):
    rows = re.findall(r"^\| `(GET|POST) (/\S*)` \|", readme, re.MULTILINE)

    described = create_description()["paths"]
    assert {path for _, path in rows} == {*described, "/", "/console", "/docs", "/openapi.json"}

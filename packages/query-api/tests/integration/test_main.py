"""The service as a process, over real HTTP."""

import os
import subprocess
import sys

import pytest

SECRET = {"AWS_SECRET_ACCESS_KEY": "unchecked"}
REGION = {"AWS_DEFAULT_REGION": "ap-southeast-1"}

NO_CREDENTIALS = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def test_the_process_is_healthy_and_serves_a_query(service, make_row):
    healthy = service.get("/v1/health")
    ready = service.get("/v1/health/ready")
    response = service.post("/v1/query/user", json={"user_id": "test_user_001"})

    assert healthy.json() == {"status": "ok"}
    assert ready.json() == {"status": "ready"}
    assert response.json()["total_count"] == 1
    assert response.json()["data"][0]["notification_title"] == make_row().record.notification_title
    assert "server" not in response.headers


def test_a_chunked_body_that_is_too_large_is_refused_over_real_http(service):
    chunks = (b"x" * 4096 for _ in range(8))

    response = service.post(
        "/query/user", content=chunks, headers={"Content-Type": "application/json"}
    )

    assert (response.status_code, response.json()["title"]) == (413, "Body too large")


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"AWS_CONFIG_FILE": "/dev/null", "AWS_ACCESS_KEY_ID": "1"} | SECRET, "AWS_REGION"),
        ({"QUERY_PORT": "eighty"} | REGION, "QUERY_PORT"),
        ({"QUERY_DYNAMODB_ENDPOINT_URL": "nowhere"}, "QUERY_DYNAMODB_ENDPOINT_URL"),
        ({"AWS_CONFIG_FILE": "/dev/null"}, "AWS_REGION"),
        ({"AWS_PROFILE": "nobody-has-this-profile"}, "nobody-has-this-profile"),
        (NO_CREDENTIALS | REGION, "NoCredentialsError; set AWS_ACCESS_KEY_ID and"),
        (
            NO_CREDENTIALS | REGION | {"AWS_ACCESS_KEY_ID": "1"},
            "PartialCredentialsError; set AWS_ACCESS_KEY_ID and",
        ),
    ],
)
def test_an_invalid_setting_ends_the_start_with_one_line_that_names_it(environment, named):
    done = subprocess.run(
        [sys.executable, "-m", "query_api"],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert named in done.stderr

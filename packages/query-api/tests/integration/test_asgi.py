from threading import enumerate as list_threads

import boto3
from litestar.testing import TestClient

from query_api.asgi import create_app
from query_api.settings import Settings


def test_the_service_lets_go_of_its_threads_when_it_ends(emulator_url):
    session = boto3.Session("200000000000", "unchecked", region_name="ap-southeast-1")
    app = create_app(Settings(dynamodb_endpoint_url=emulator_url, deadline_ms=10_000), session)
    before = set(list_threads())

    with TestClient(app) as client:
        response = client.post("/query/user", json={"user_id": "test_user_001"})
        threads = {each for each in list_threads() if each.name.startswith("dynamodb")} - before

    for thread in threads:
        thread.join(timeout=5)
    assert response.json()["title"] == "Internal error"  # no table there, but it was asked
    assert threads
    assert not any(thread.is_alive() for thread in threads)


def test_the_service_is_not_ready_without_its_table(emulator_url):
    session = boto3.Session("200000000001", "unchecked", region_name="ap-southeast-1")
    app = create_app(Settings(dynamodb_endpoint_url=emulator_url, deadline_ms=10_000), session)

    with TestClient(app) as client:
        response = client.get("/health/ready")

    assert (response.status_code, response.json()["title"]) == (503, "Not ready")

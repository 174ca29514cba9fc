import pytest


@pytest.fixture
def description(client):
    return client.get("/openapi.json").json()


def test_every_route_is_described_once(description):
    assert set(description["paths"]) == {
        "/health",
        "/query/user",
        "/query/marketing",
        "/query/fail",
        "/query/transaction",
    }


def test_the_body_of_a_query_is_described(description):
    operation = description["paths"]["/query/user"]["post"]

    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["user_id"]
    assert not schema["additionalProperties"]
    assert schema["properties"]["limit"]["maximum"] == 100


def test_a_record_is_described_with_its_nine_fields(description):
    record = description["components"]["schemas"]["Notification"]

    assert set(record["properties"]) == {
        "user_id",
        "transaction_id",
        "created_at",
        "marketing_id",
        "notification_title",
        "status",
        "platform",
        "error_msg",
        "ap_id",
    }


def test_the_description_is_the_same_under_the_stage_prefix(client, description):
    response = client.get("/v1/openapi.json")

    assert response.json() == description
    assert response.headers["Content-Type"] == "application/vnd.oai.openapi+json"


@pytest.mark.parametrize("path", ["/openapi.json/", "/schema", "/openapi.json/redoc", "/docs"])
def test_no_page_is_served_that_would_load_from_a_cdn(client, path):
    assert "html" not in client.get(path).headers["Content-Type"]

import pytest

from query_api.exceptions import UnavailableError


@pytest.mark.parametrize("path", ["/health", "/v1/health"])
def test_the_process_is_healthy_without_asking_what_it_depends_on(client, read_model, path):
    read_model.failure = UnavailableError("down")

    response = client.get(path)

    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert read_model.queries == []

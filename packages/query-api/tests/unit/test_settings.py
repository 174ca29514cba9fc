import pytest
from pydantic import ValidationError

from notification_models.schema import NOTIFICATION_RECORDS
from query_api.exceptions import InvalidSettingsError
from query_api.settings import Settings, load_settings


def test_the_defaults_are_those_of_a_developers_machine():
    settings = Settings()

    assert settings.table_name == NOTIFICATION_RECORDS.name
    assert settings.dynamodb_endpoint_url is None
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.deadline_s == 0.4
    assert settings.count_s == pytest.approx(0.24)


def test_settings_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("QUERY_PORT", "9000")
    monkeypatch.setenv("QUERY_DYNAMODB_ENDPOINT_URL", "http://127.0.0.1:8001")

    settings = load_settings()

    assert settings.port == 9000
    assert settings.dynamodb_endpoint_url == "http://127.0.0.1:8001"


def test_unknown_variables_are_ignored(monkeypatch):
    monkeypatch.setenv("QUERY_SOMETHING_ELSE", "1")

    assert load_settings() == Settings()


def test_settings_are_immutable():
    settings = Settings()

    with pytest.raises(ValidationError):
        settings.port = 9000


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("QUERY_PORT", "eighty"),
        ("QUERY_PORT", "65536"),
        ("QUERY_DEADLINE_MS", "0"),
        ("QUERY_DEADLINE_MS", ""),
        ("QUERY_MAX_CONNECTIONS", "0"),
        ("QUERY_MAX_IN_FLIGHT", "0"),
        ("QUERY_CACHE_TTL_MS", "-1"),
        ("QUERY_CACHE_MAX_ENTRIES", "0"),
        ("QUERY_METRICS_INTERVAL_S", "soon"),
        ("QUERY_SHUTDOWN_S", "0"),
        ("QUERY_TABLE_NAME", ""),
        ("QUERY_HOST", ""),
        ("QUERY_DYNAMODB_ENDPOINT_URL", "127.0.0.1:8001"),
    ],
)
def test_an_invalid_value_is_an_error_that_names_its_variable(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)

    with pytest.raises(InvalidSettingsError) as caught:
        load_settings()

    assert caught.value.setting == variable
    assert "\n" not in str(caught.value)

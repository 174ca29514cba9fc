from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from notification_client import NotificationClient, RetryPolicy
from notification_client.cli.commands import notifications
from notification_client.cli.surroundings import Surroundings

from ...support.fake_service import FakeService

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.fixture
def run(monkeypatch):
    """Run the command over a service with the given responses."""
    monkeypatch.delenv("NOTIFICATIONS_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(arguments, *responses, zone="Asia/Taipei", environment=None):
        service = FakeService(*responses)
        urls = []

        def open_client(url, _region):
            urls.append(url)
            policy = RetryPolicy(attempts=1)
            return NotificationClient(url, retry_policy=policy, transport=service.transport())

        surroundings = Surroundings(open_client, lambda: NOW, lambda: zone and ZoneInfo(zone))
        result = CliRunner().invoke(
            notifications, arguments, obj=surroundings, env=environment, catch_exceptions=False
        )
        result.service, result.urls = service, urls
        return result

    return run

"""Alarms on what callers of the API notice."""

from infra.constructs.observability.alarms.alarm import NO_DATA_IS_OK, Alarm
from infra.constructs.observability.alarms.service_alarms import FIVE_MINUTES, MAX_LATENCY_MS
from infra.constructs.observability.service_metrics import ServiceMetrics


def list_api_alarms(metrics: ServiceMetrics) -> list[Alarm]:
    """List the alarms on what callers notice."""
    return [
        Alarm(
            name="api-5xx",
            severity="Page",
            meaning="The API returns errors to callers.",
            metric=metrics.get_api_5xx(FIVE_MINUTES),
            threshold=5,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="api-4xx",
            # A single caller that repeats a wrong request can cause it.
            severity="Ticket",
            meaning="The API rejects 25 percent of its requests or more.",
            metric=metrics.get_api_4xx_percent(FIVE_MINUTES),
            threshold=25,
            periods=3,
            no_data=NO_DATA_IS_OK,
        ),
        Alarm(
            name="api-latency",
            severity="Page",
            meaning="The slowest 1 percent of the API's responses take 500 ms or longer.",
            metric=metrics.get_api_p99(),
            threshold=MAX_LATENCY_MS,
            periods=5,
            datapoints=3,
            no_data=NO_DATA_IS_OK,
        ),
    ]

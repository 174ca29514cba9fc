"""Settings that only the whole process can show the effect of."""

import pytest


@pytest.mark.parametrize(("ttl_ms", "reads"), [("60000", [1, 0]), ("0", [1, 1])])
def test_the_same_query_is_answered_from_memory_if_asked_for(start_service, ask, ttl_ms, reads):
    service = start_service(QUERY_CACHE_TTL_MS=ttl_ms)

    answers = [ask(service) for _ in range(2)]

    assert answers[0].content == answers[1].content
    assert [each["dynamodb_reads"] for each in service.wait_for_requests(2)] == reads


def test_metrics_can_be_switched_off(start_service, ask):
    service = start_service(QUERY_METRICS_INTERVAL_S="0")
    ask(service)

    assert service.stop() == 0

    assert not [line for line in service.lines if "_aws" in line]
    assert len(service.requests) == 1

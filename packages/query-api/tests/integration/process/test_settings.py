"""Settings whose effect only the whole process shows."""

import pytest

from testing.ports import find_ports


@pytest.mark.parametrize(("ttl_ms", "reads"), [("60000", [1, 0]), ("0", [1, 1])])
def test_the_cache_serves_a_repeated_query_if_it_is_enabled(start_service, query, ttl_ms, reads):
    service = start_service(QUERY_CACHE_TTL_MS=ttl_ms)

    responses = [query(service) for _ in range(2)]

    assert responses[0].content == responses[1].content
    assert [each["dynamodb_reads"] for each in service.wait_for_requests(2)] == reads


def test_metrics_are_in_the_namespace_of_the_settings(start_service, query):
    service = start_service(QUERY_METRICS_NAMESPACE="dev")
    query(service)

    assert service.stop() == 0

    documents = [line["_aws"] for line in service.lines if "_aws" in line]
    assert documents
    namespaces = {each["CloudWatchMetrics"][0]["Namespace"] for each in documents}
    assert namespaces == {"dev"}


def test_metrics_can_be_disabled(start_service, query):
    service = start_service(QUERY_METRICS_INTERVAL_S="0")
    query(service)

    assert service.stop() == 0

    assert not [line for line in service.lines if "_aws" in line]
    assert len(service.requests) == 1


def test_it_starts_while_the_source_of_its_credentials_is_down(start_service):
    (port,) = find_ports(1)
    service = start_service(
        AWS_ACCESS_KEY_ID="",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
        AWS_CONTAINER_CREDENTIALS_FULL_URI=f"http://127.0.0.1:{port}",
    )

    (warning,) = [line["event"] for line in service.lines if line["level"] == "warning"]

    # botocore sleeps for 3 of the 5 seconds that it has, so a busy machine may exceed them.
    assert warning in ("no credentials yet: CredentialRetrievalError", "no credentials after 5 s")
    assert service.stop() == 0

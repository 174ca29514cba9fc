"""Rollbacks, against a stubbed ECS client."""

import boto3
import pytest
from botocore.stub import Stubber

from infra.config.source import load_environment
from infra.deployment.rollback import find_running_revision, find_service, roll_back
from infra.exceptions import InvalidConfigError, RollbackError

SERVICE = {"cluster": "query-service-cluster", "services": ["query-service"]}


def make_arn(revision):
    return f"arn:aws:ecs:ap-southeast-1:123456789012:task-definition/query-service-task:{revision}"


def describe(revision, deployments=1):
    return {
        "services": [
            {
                "serviceName": "query-service",
                "status": "ACTIVE",
                "taskDefinition": make_arn(revision),
                "desiredCount": 2,
                "runningCount": 2,
                "deployments": [{"status": "PRIMARY"}] * deployments,
            }
        ]
    }


@pytest.fixture
def ecs():
    client = boto3.client(
        "ecs",
        region_name="ap-southeast-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",  # noqa: S106 - nothing is sent
    )
    yield client
    client.close()


@pytest.fixture
def service(ecs):
    return find_service(ecs, load_environment({}))


@pytest.fixture
def responses(ecs):
    """The responses of ECS, in order; a test must use them all."""
    with Stubber(ecs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def lines():
    return []


def expect_start(responses, running, *active):
    responses.add_response("describe_services", describe(running), SERVICE)
    responses.add_response(
        "list_task_definitions",
        {"taskDefinitionArns": [make_arn(each) for each in active]},
        {"familyPrefix": "query-service-task", "status": "ACTIVE"},
    )


def expect_update(responses, revision, then_runs):
    responses.add_response(
        "update_service",
        {},
        {
            "cluster": "query-service-cluster",
            "service": "query-service",
            "taskDefinition": make_arn(revision),
        },
    )
    for _ in range(2):  # the wait, then the check
        responses.add_response("describe_services", describe(then_runs), SERVICE)


def test_the_default_is_the_previous_active_revision(service, responses, lines):
    expect_start(responses, 7, 3, 5, 7, 8)
    expect_update(responses, 5, then_runs=5)

    roll_back(service, None, lines.append)

    assert lines[0] == "query-service: query-service-task:7 -> query-service-task:5"
    assert lines[-1] == "query-service runs query-service-task:5"


@pytest.mark.parametrize("revision", [3, 8])
def test_any_active_revision_may_be_named(service, responses, lines, revision):
    expect_start(responses, 7, 3, 5, 7, 8)
    expect_update(responses, revision, then_runs=revision)

    roll_back(service, revision, lines.append)

    assert lines[-1] == f"query-service runs query-service-task:{revision}"


def test_revisions_are_compared_as_numbers(service, responses, lines):
    expect_start(responses, 10, 10, 2, 9)
    expect_update(responses, 9, then_runs=9)

    roll_back(service, None, lines.append)

    assert lines[-1] == "query-service runs query-service-task:9"


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        (None, "no active revision before 7 of query-service-task"),
        (4, "no active revision 4 of query-service-task"),
        (7, "query-service-task:7 already runs"),
    ],
)
def test_an_impossible_revision_is_an_error_and_changes_nothing(
    service, responses, lines, revision, reason
):
    expect_start(responses, 7, 7, 8)

    with pytest.raises(RollbackError) as error:
        roll_back(service, revision, lines.append)

    assert error.value.reason == reason


def test_a_rollback_that_ecs_reverts_is_an_error(service, responses, lines):
    expect_start(responses, 7, 5, 7)
    expect_update(responses, 5, then_runs=7)

    with pytest.raises(RollbackError, match="ECS itself went back to query-service-task:7"):
        roll_back(service, None, lines.append)


def test_a_missing_service_is_an_error(service, responses, lines):
    responses.add_response("describe_services", {"services": []}, SERVICE)

    with pytest.raises(RollbackError, match="query-service-cluster has no service query-service"):
        roll_back(service, None, lines.append)


def test_a_refusal_of_ecs_is_reported_with_its_text(service, responses, lines):
    responses.add_client_error("describe_services", "AccessDeniedException", "not for you")

    with pytest.raises(RollbackError, match="not for you"):
        roll_back(service, None, lines.append)


def test_the_service_of_a_deployment_with_a_name_is_found_by_it(ecs, responses, lines):
    service = find_service(ecs, load_environment({"DEPLOYMENT_NAME": "dev", "VPC_ID": "ignored"}))
    responses.add_response(
        "describe_services",
        {"services": []},
        {"cluster": "dev-query-service-cluster", "services": ["dev-query-service"]},
    )

    with pytest.raises(RollbackError, match="dev-query-service-cluster has no service dev-query"):
        roll_back(service, None, lines.append)


def test_an_invalid_name_of_a_deployment_is_an_error():
    with pytest.raises(InvalidConfigError, match="DEPLOYMENT_NAME"):
        load_environment({"DEPLOYMENT_NAME": "Dev!"})


def test_the_running_revision_is_found(service, responses):
    responses.add_response("describe_services", describe(41), SERVICE)

    assert find_running_revision(service) == 41


def test_before_the_first_deployment_no_revision_runs(service, responses):
    responses.add_client_error("describe_services", "ClusterNotFoundException")
    responses.add_response("describe_services", {"services": []}, SERVICE)

    assert [find_running_revision(service), find_running_revision(service)] == [None, None]


def test_a_deleted_service_runs_no_revision(service, responses):
    deleted = describe(41)
    deleted["services"][0]["status"] = "INACTIVE"
    responses.add_response("describe_services", deleted, SERVICE)

    assert find_running_revision(service) is None


def test_a_refusal_to_name_the_running_revision_is_reported(service, responses):
    responses.add_client_error("describe_services", "AccessDeniedException", "not for you")

    with pytest.raises(RollbackError, match="not for you"):
        find_running_revision(service)

"""The service taken back, as ECS sees it."""

import boto3
import pytest
from botocore.stub import Stubber

from infra.deployment.rollback import roll_back
from infra.exceptions import RollbackError

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
def answers(ecs):
    """What ECS answers, in turn; everything must have been asked for at the end."""
    with Stubber(ecs) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def lines():
    return []


def expect_start(answers, running, *active):
    answers.add_response("describe_services", describe(running), SERVICE)
    answers.add_response(
        "list_task_definitions",
        {"taskDefinitionArns": [make_arn(each) for each in active]},
        {"familyPrefix": "query-service-task", "status": "ACTIVE"},
    )


def expect_update(answers, revision, then_runs):
    answers.add_response(
        "update_service",
        {},
        {
            "cluster": "query-service-cluster",
            "service": "query-service",
            "taskDefinition": make_arn(revision),
        },
    )
    for _ in range(2):  # the wait, then the question what runs
        answers.add_response("describe_services", describe(then_runs), SERVICE)


def test_without_a_revision_it_goes_to_the_active_one_before(ecs, answers, lines):
    expect_start(answers, 7, 3, 5, 7, 8)
    expect_update(answers, 5, then_runs=5)

    roll_back(ecs, None, lines.append)

    assert lines[0] == "query-service: query-service-task:7 -> query-service-task:5"
    assert lines[-1] == "query-service runs query-service-task:5"


@pytest.mark.parametrize("revision", [3, 8])
def test_a_revision_that_is_named_may_be_any_active_one(ecs, answers, lines, revision):
    expect_start(answers, 7, 3, 5, 7, 8)
    expect_update(answers, revision, then_runs=revision)

    roll_back(ecs, revision, lines.append)

    assert lines[-1] == f"query-service runs query-service-task:{revision}"


def test_revisions_are_numbers_and_not_texts(ecs, answers, lines):
    expect_start(answers, 10, 10, 2, 9)
    expect_update(answers, 9, then_runs=9)

    roll_back(ecs, None, lines.append)

    assert lines[-1] == "query-service runs query-service-task:9"


@pytest.mark.parametrize(
    ("revision", "reason"),
    [
        (None, "no active revision before 7 of query-service-task"),
        (4, "no active revision 4 of query-service-task"),
        (7, "query-service-task:7 already runs"),
    ],
)
def test_what_cannot_be_gone_to_is_told_and_nothing_is_changed(
    ecs, answers, lines, revision, reason
):
    expect_start(answers, 7, 7, 8)

    with pytest.raises(RollbackError) as error:
        roll_back(ecs, revision, lines.append)

    assert error.value.reason == reason


def test_a_service_that_ecs_took_elsewhere_is_no_success(ecs, answers, lines):
    expect_start(answers, 7, 5, 7)
    expect_update(answers, 5, then_runs=7)

    with pytest.raises(RollbackError, match="ECS itself went back to query-service-task:7"):
        roll_back(ecs, None, lines.append)


def test_a_service_that_is_not_there_is_told(ecs, answers, lines):
    answers.add_response("describe_services", {"services": []}, SERVICE)

    with pytest.raises(RollbackError, match="query-service-cluster has no service query-service"):
        roll_back(ecs, None, lines.append)


def test_what_ecs_refuses_is_told_in_its_words(ecs, answers, lines):
    answers.add_client_error("describe_services", "AccessDeniedException", "not for you")

    with pytest.raises(RollbackError, match="not for you"):
        roll_back(ecs, None, lines.append)

"""What a deployment does with stacks in each state."""

import pytest

from infra.deployment.deploy.plan import StackState, Step, find_protected_later, plan_steps
from infra.exceptions import DeployError

DATA = "query-service-data"
APPLICATION = "query-service-application"
CONFIGURED = {DATA: True, APPLICATION: False}
NEW = (None, "REVIEW_IN_PROGRESS", "CREATE_FAILED", "ROLLBACK_COMPLETE")
DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


def plan(data, application, *, protected_later=(DATA, APPLICATION)):
    states = {DATA: StackState(data), APPLICATION: StackState(application)}
    return plan_steps(states, protected_later=protected_later)


def get_reason(status, *, is_protected=False):
    with pytest.raises(DeployError) as error:
        plan_steps({DATA: StackState(status, is_protected)}, protected_later=[DATA])
    return error.value.reason


@pytest.mark.parametrize("status", NEW)
def test_a_new_stack_is_created_without_protection_then_protected(status):
    assert plan(status, status) == [
        Step(DATA, is_protected=False),
        Step(DATA, is_protected=True),
        Step(APPLICATION, is_protected=False),
        Step(APPLICATION, is_protected=True),
    ]


@pytest.mark.parametrize("status", DEPLOYED)
def test_a_deployed_stack_keeps_its_protection(status):
    assert plan(status, status) == [
        Step(DATA, is_protected=True),
        Step(APPLICATION, is_protected=True),
    ]


def test_the_tables_stay_protected_while_the_application_is_created():
    assert plan("CREATE_COMPLETE", None) == [
        Step(DATA, is_protected=True),
        Step(APPLICATION, is_protected=False),
        Step(APPLICATION, is_protected=True),
    ]


def test_the_configured_protection_can_apply_from_the_first_deployment():
    assert plan(None, None, protected_later=[]) == [
        Step(DATA, is_protected=True),
        Step(APPLICATION, is_protected=True),
    ]


@pytest.mark.parametrize(
    ("status", "command"),
    [
        ("ROLLBACK_FAILED", f"aws cloudformation delete-stack --stack-name {DATA}"),
        ("DELETE_FAILED", f"aws cloudformation delete-stack --stack-name {DATA}"),
        ("UPDATE_ROLLBACK_FAILED", f"uvx nox -s cdk -- rollback {DATA}"),
    ],
)
def test_a_stack_that_is_stuck_stops_the_deployment_with_the_way_out(status, command):
    lines = get_reason(status).splitlines()

    assert f"{DATA} is in {status}" in lines[0]
    assert f"describe-stack-events --stack-name {DATA}" in lines[1]
    assert lines[-1].strip() == command


def test_the_way_out_of_a_failed_creation_starts_with_its_termination_protection():
    lines = get_reason("ROLLBACK_FAILED", is_protected=True).splitlines()

    assert "--no-enable-termination-protection" in lines[-2]
    assert "delete-stack" in lines[-1]


def test_a_failed_creation_with_termination_protection_stops_the_deployment():
    reason = get_reason("ROLLBACK_COMPLETE", is_protected=True)

    assert f"--stack-name {DATA} --no-enable-termination-protection" in reason


@pytest.mark.parametrize(
    "status", ["CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"]
)
def test_a_running_operation_stops_the_deployment(status):
    assert get_reason(status) == f"{DATA} is in {status}: deploy again once that has ended."


def test_nothing_is_planned_if_any_stack_is_stuck():
    with pytest.raises(DeployError, match=APPLICATION):
        plan(None, "UPDATE_ROLLBACK_FAILED")


def test_protection_comes_later_where_it_is_configured():
    options = ["--require-approval=never"]

    assert find_protected_later(CONFIGURED, options) == {DATA, APPLICATION}
    assert find_protected_later({DATA: False, APPLICATION: False}, options) == set()


@pytest.mark.parametrize("suffix", ["", "=true"])
def test_tables_that_are_imported_are_never_unprotected(suffix):
    options = [f"--import-existing-resources{suffix}"]

    steps = plan(None, None, protected_later=find_protected_later(CONFIGURED, options))

    assert Step(DATA, is_protected=False) not in steps
    assert steps[0] == Step(DATA, is_protected=True)


def test_beside_imported_tables_the_application_is_created_without_protection_first():
    later = find_protected_later(CONFIGURED, ["--import-existing-resources"])

    assert plan(None, None, protected_later=later) == [
        Step(DATA, is_protected=True),
        Step(APPLICATION, is_protected=False),
        Step(APPLICATION, is_protected=True),
    ]

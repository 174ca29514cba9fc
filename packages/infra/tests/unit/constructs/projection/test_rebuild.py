"""The state machine of a rebuild."""

import json

import pytest


@pytest.fixture
def state_machine(projection):
    return projection.get("StepFunctions::StateMachine")


@pytest.fixture
def states(state_machine):
    return json.loads(state_machine["DefinitionString"])["States"]


@pytest.fixture
def segment_states(states):
    return states["EverySegment"]["ItemProcessor"]["States"]


@pytest.fixture
def function(projection):
    name = projection.find_id("Lambda::Function", FunctionName="notification-rebuild-segment")
    return f"${{{name}.Arn}}"


def test_it_has_a_name_and_a_timeout(state_machine):
    assert state_machine["StateMachineName"] == "notification-rebuild"
    assert json.loads(state_machine["DefinitionString"])["TimeoutSeconds"] == 7 * 24 * 3600


def test_segments_are_numbered_from_zero(states):
    assert states["SplitIntoSegments"]["Parameters"]["segments.$"] == (
        "States.ArrayRange(0, States.MathAdd($.total_segments, -1), 1)"
    )


def test_each_segment_is_an_execution_with_the_concurrency_of_the_input(states):
    every_segment = states["EverySegment"]

    assert every_segment["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert every_segment["ItemsPath"] == "$.segments"
    assert every_segment["MaxConcurrencyPath"] == "$.max_concurrency"


def test_the_function_gets_its_event(states, segment_states, function):
    assert states["EverySegment"]["ItemSelector"] == {
        "segment.$": "$$.Map.Item.Value",
        "total_segments.$": "$.total_segments",
    }
    assert segment_states["RebuildSegment"]["Resource"] == function


def test_a_segment_is_invoked_until_it_is_done(segment_states):
    choice = segment_states["IsDone"]

    assert segment_states["RebuildSegment"]["Next"] == "IsDone"
    assert choice["Choices"] == [
        {"Variable": "$.is_done", "BooleanEquals": True, "Next": "SegmentDone"}
    ]
    assert choice["Default"] == "RebuildSegment"


def test_a_failed_invocation_is_retried(segment_states):
    (retry,) = segment_states["RebuildSegment"]["Retry"]

    assert retry["ErrorEquals"] == ["States.ALL"]
    assert retry["MaxAttempts"] == 6


def test_its_log_holds_no_data(state_machine):
    logging = state_machine["LoggingConfiguration"]

    assert logging["Level"] == "ALL"
    assert logging["IncludeExecutionData"] is False


def test_it_is_traced(state_machine):
    assert state_machine["TracingConfiguration"] == {"Enabled": True}


def test_it_may_only_invoke_its_function_and_run_its_segments(projection, state_machine, function):
    allowed = projection.list_allowed(state_machine["RoleArn"])

    machine = projection.find_id("StepFunctions::StateMachine")
    assert {each for each in allowed if not each[0].startswith(("logs:", "xray:"))} >= {
        ("lambda:InvokeFunction", function),
        ("states:StartExecution", f"${{{machine}}}"),
    }
    assert {resource for action, resource in allowed if action == "lambda:InvokeFunction"} == {
        function,
        f"{function}:*",
    }
    assert {action for action, _ in allowed if action.startswith("states:")} == {
        "states:StartExecution",
        "states:DescribeExecution",
        "states:StopExecution",
        "states:RedriveExecution",
    }

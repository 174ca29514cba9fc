"""The operator tools as functions."""

import pytest

TOOLS = ("notification-verify", "notification-redrive", "notification-rebuild-segment")


@pytest.fixture
def find_tool(projection):
    return lambda name: projection.find_named("Lambda::Function", FunctionName=name)


@pytest.fixture
def list_own(projection, find_tool):
    """Permissions of a tool, without those on its logs and traces."""

    def list_allowed(name):
        function = find_tool(name)
        log_group = function["LoggingConfig"]["LogGroup"].removesuffix("}") + ".Arn}"
        return projection.list_allowed(function["Role"]) - {
            ("logs:CreateLogStream", log_group),
            ("logs:PutLogEvents", log_group),
            ("xray:PutTraceSegments", "*"),
            ("xray:PutTelemetryRecords", "*"),
        }

    return list_allowed


@pytest.fixture
def repairs(commands, read_model):
    """Permissions to repair a record."""
    return {
        ("dynamodb:BatchGetItem", commands),
        ("dynamodb:BatchGetItem", read_model),
        ("dynamodb:PutItem", read_model),
        ("dynamodb:Query", f"{read_model}/index/transaction_id-index"),
    }


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_a_function_with_the_longest_timeout(find_tool, name):
    function = find_tool(name)

    tool = name.removeprefix("notification-").replace("-", "_")
    assert function["Handler"] == f"stream_processor.lambda_handlers.{tool}"
    assert function["Timeout"] == 900
    assert (function["Runtime"], function["Architectures"]) == ("python3.13", ["arm64"])
    assert function["TracingConfig"] == {"Mode": "Active"}


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_has_both_tables_and_the_processors_ttl_setting(
    find_tool, commands, read_model, name
):
    variables = find_tool(name)["Environment"]["Variables"]

    assert variables["COMMAND_TABLE_NAME"] == commands.replace(".Arn", "")
    assert variables["READ_TABLE_NAME"] == read_model.replace(".Arn", "")
    assert variables["TTL_DELETES"] == "keep"


def test_verify_may_only_read_both_tables(list_own, commands, read_model):
    assert list_own("notification-verify") == {
        (f"dynamodb:{action}", table)
        for action in ("Scan", "BatchGetItem")
        for table in (commands, read_model)
    }


def test_verify_compares_a_sample_every_hour(projection):
    rule = projection.get("Events::Rule")

    (target,) = rule["Targets"]
    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert rule["State"] == "ENABLED"
    assert target["Input"] == '{"sample_percent":1}'
    function = projection.find_id("Lambda::Function", FunctionName="notification-verify")
    assert target["Arn"] == f"${{{function}.Arn}}"


def test_a_failed_verify_is_not_retried_before_the_next_hour(projection):
    assert projection.get("Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == 0


def test_redrive_may_repair_and_delete_from_both_stores(projection, list_own, find_tool, repairs):
    variables = find_tool("notification-redrive")["Environment"]["Variables"]
    queue_id = projection.find_id("SQS::Queue", QueueName="notification-quarantine")
    queue = f"${{{queue_id}.Arn}}"
    bucket = variables["FAILURES_BUCKET"].removesuffix("}") + ".Arn}"

    assert variables["QUARANTINE_QUEUE_URL"] == f"${{{queue_id}}}"
    assert list_own("notification-redrive") == repairs | {
        ("sqs:ReceiveMessage", queue),
        ("sqs:ChangeMessageVisibility", queue),
        ("sqs:DeleteMessage", queue),
        ("s3:ListBucket", bucket),
        ("s3:GetObject", f"{bucket}/aws/lambda/*"),
        ("s3:DeleteObject", f"{bucket}/aws/lambda/*"),
    }


def test_redrive_reads_the_on_failure_bucket(projection, find_tool):
    mapping = projection.get("Lambda::EventSourceMapping")

    bucket = find_tool("notification-redrive")["Environment"]["Variables"]["FAILURES_BUCKET"]
    assert mapping["DestinationConfig"]["OnFailure"]["Destination"] == (
        bucket.removesuffix("}") + ".Arn}"
    )


def test_rebuild_may_scan_the_command_table_and_repair(list_own, commands, repairs):
    assert list_own("notification-rebuild-segment") == repairs | {("dynamodb:Scan", commands)}

"""The stream processor's function, its event source and its role."""

import pytest


@pytest.fixture
def function(projection):
    return projection.find_named("Lambda::Function", FunctionName="notification-stream-processor")


@pytest.fixture
def mapping(projection):
    return projection.get("Lambda::EventSourceMapping")


@pytest.fixture
def command_table(projection):
    return projection.find_id("DynamoDB::Table", TableName="command-records")


@pytest.fixture
def read_table(projection):
    return projection.find_id("DynamoDB::Table", TableName="notification-records")


@pytest.fixture
def quarantine(projection):
    return projection.find_id("SQS::Queue", QueueName="notification-quarantine")


def test_it_runs_on_python_3_13_and_arm64(function):
    assert function["Handler"] == "stream_processor.lambda_handlers.project_stream"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]


def test_it_has_one_core_and_a_timeout_of_30_s(function):
    assert function["MemorySize"] == 1769
    assert function["Timeout"] == 30


def test_it_is_traced(function):
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_its_concurrency_is_reserved_if_configured(function):
    assert function["ReservedConcurrentExecutions"] == 20


def test_a_shard_has_one_invocation_at_a_time(projection):
    """So that the concurrency it needs is the number of shards, as docs/deployment.md says."""
    assert projection.get("Lambda::EventSourceMapping").get("ParallelizationFactor", 1) == 1


def test_its_settings_are_those_of_the_package(function, read_table, quarantine):
    assert function["Environment"]["Variables"] == {
        "QUARANTINE_QUEUE_URL": f"${{{quarantine}}}",
        "READ_TABLE_NAME": f"${{{read_table}}}",
        "TTL_DELETES": "keep",
        "METRICS_NAMESPACE": "NotificationQueryService",
        "METRICS_BY_AP": "on",
        "WATCHED_AP_IDS": "mobile-app-001,web-portal-001",
    }


def test_its_logs_have_a_retention(projection, function):
    group = projection.find("Logs::LogGroup")[function["LoggingConfig"]["LogGroup"].strip("${}")]

    assert group["LogGroupName"] == "/aws/lambda/notification-stream-processor"
    assert group["RetentionInDays"] == 90


def test_it_reads_the_command_tables_stream_from_its_beginning(mapping, command_table):
    assert mapping["EventSourceArn"] == f"${{{command_table}.StreamArn}}"
    assert mapping["StartingPosition"] == "TRIM_HORIZON"


def test_batches_have_up_to_100_records_and_no_window(mapping):
    assert mapping["BatchSize"] == 100
    assert mapping["MaximumBatchingWindowInSeconds"] == 0


def test_a_failure_delays_a_shard_for_a_bounded_time(mapping):
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["MaximumRetryAttempts"] == 10
    assert mapping["MaximumRecordAgeInSeconds"] == 12 * 3600


def test_it_reports_batch_item_failures(mapping):
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_event_source_counts_its_events(mapping):
    assert mapping["MetricsConfig"] == {"Metrics": ["EventCount"]}


def test_only_lambda_may_assume_its_role(projection, function):
    role = projection.find("IAM::Role")[function["Role"].removesuffix(".Arn}").strip("${")]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert "ManagedPolicyArns" not in role


def test_it_has_only_the_permissions_that_it_needs(
    projection, function, mapping, command_table, read_table, quarantine
):
    log_group = function["LoggingConfig"]["LogGroup"].removesuffix("}") + ".Arn}"
    bucket = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    stream = f"${{{command_table}.StreamArn}}"

    assert projection.list_allowed(function["Role"]) == {
        ("dynamodb:PutItem", f"${{{read_table}.Arn}}"),
        ("sqs:SendMessage", f"${{{quarantine}.Arn}}"),
        # Lambda itself needs these to read the stream and store failures.
        ("dynamodb:DescribeStream", stream),
        ("dynamodb:GetRecords", stream),
        ("dynamodb:GetShardIterator", stream),
        ("dynamodb:ListStreams", "*"),
        ("s3:PutObject", f"{bucket}/*"),
        ("s3:ListBucket", bucket),
        ("logs:CreateLogStream", log_group),
        ("logs:PutLogEvents", log_group),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }

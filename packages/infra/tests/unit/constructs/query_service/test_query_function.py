"""The query Lambda and its role."""

import pytest

TABLE = "arn:aws:dynamodb:ap-southeast-1:${AWS::AccountId}:table/notification-records"


@pytest.fixture
def function(special):
    (function,) = (
        each
        for each in special.find("Lambda::Function").values()
        if each.get("FunctionName") == "notification-query"
    )
    return function


def test_without_the_lambda_backend_it_is_not_deployed(default):
    names = {each.get("FunctionName") for each in default.find("Lambda::Function").values()}

    assert "notification-query" not in names


def test_it_runs_on_python_3_13_and_arm64_with_reserved_concurrency(function):
    assert function["Handler"] == "query_api.lambda_handlers.query"
    assert function["Runtime"] == "python3.13"
    assert function["Architectures"] == ["arm64"]
    assert function["TracingConfig"] == {"Mode": "Active"}
    assert function["ReservedConcurrentExecutions"] == 50


def test_its_logs_have_a_retention(special, function):
    group = special.find("Logs::LogGroup")[function["LoggingConfig"]["LogGroup"].strip("${}")]

    assert group["RetentionInDays"] == 90


def test_it_may_only_query_the_read_model_and_write_logs_and_traces(special, function):
    log_group = function["LoggingConfig"]["LogGroup"].removesuffix("}") + ".Arn}"

    allowed = special.list_allowed(function["Role"])

    assert allowed == {
        ("dynamodb:Query", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/failure_shard-index"),
        ("dynamodb:Query", f"{TABLE}/index/marketing_id-index"),
        ("dynamodb:Query", f"{TABLE}/index/transaction_id-index"),
        ("dynamodb:Query", f"{TABLE}/index/failure_shard-index"),
        ("logs:CreateLogStream", log_group),
        ("logs:PutLogEvents", log_group),
        # X-Ray has no resources to name.
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }

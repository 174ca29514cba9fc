"""The task definition and its roles."""

import pytest

TABLE = "arn:aws:dynamodb:ap-southeast-1:${AWS::AccountId}:table/notification-records"


def get_container(deployed):
    (container,) = deployed.get("ECS::TaskDefinition")["ContainerDefinitions"]
    return container


def get_settings(deployed):
    return {each["Name"]: each["Value"] for each in get_container(deployed)["Environment"]}


@pytest.fixture
def task(default):
    return default.get("ECS::TaskDefinition")


def test_the_task_has_the_documented_size_and_family(task):
    assert task["Family"] == "query-service-task"
    assert (task["Cpu"], task["Memory"]) == ("256", "512")
    assert task["NetworkMode"] == "awsvpc"
    assert task["RequiresCompatibilities"] == ["FARGATE"]


def test_the_container_may_use_the_memory_of_the_task_and_no_more(default):
    assert get_container(default)["Memory"] == 512


def test_the_task_runs_on_arm(task):
    assert task["RuntimePlatform"] == {
        "CpuArchitecture": "ARM64",
        "OperatingSystemFamily": "LINUX",
    }


def test_the_container_listens_on_the_port_of_the_service(default):
    (mapping,) = get_container(default)["PortMappings"]

    assert (mapping["ContainerPort"], mapping["Protocol"]) == (8000, "tcp")


def test_the_container_is_read_only_and_unprivileged(default):
    container = get_container(default)

    assert container["ReadonlyRootFilesystem"] is True
    assert container["User"] == "10001:10001"
    assert container["LinuxParameters"]["Capabilities"] == {"Drop": ["ALL"]}
    assert not container.get("Privileged")


def test_the_container_has_the_health_check_of_the_image(default):
    check = get_container(default)["HealthCheck"]

    assert check["Command"] == [
        "CMD",
        "/opt/query-api/bin/python",
        "-I",
        "-m",
        "query_api.healthcheck",
    ]
    assert check["StartPeriod"] == 30


def test_a_task_may_be_busy_for_100_s_before_the_container_check_stops_it(default):
    check = get_container(default)["HealthCheck"]

    assert check["Timeout"] <= check["Interval"]
    assert check["Interval"] * check["Retries"] == 100


def test_a_task_has_30_s_to_finish_its_requests(default):
    assert get_container(default)["StopTimeout"] == 30


def test_logs_go_to_the_log_group_that_the_runbook_names(default):
    options = get_container(default)["LogConfiguration"]["Options"]
    group = default.find("Logs::LogGroup")[options["awslogs-group"].strip("${}")]

    assert group["LogGroupName"] == "/ecs/query-service"
    assert group["RetentionInDays"] == 90


def test_the_image_is_referenced_by_digest(default):
    assert get_container(default)["Image"].endswith(f"/query-api@sha256:{'0' * 64}")


def test_the_container_has_the_settings_of_the_service(default):
    settings = get_settings(default)

    assert settings["QUERY_TABLE_NAME"] == "notification-records"
    assert settings["QUERY_BACKEND"] == "dynamodb"
    assert settings["QUERY_PORT"] == "8000"


def test_the_task_may_only_query_the_read_model_and_its_indexes(default, task):
    allowed = default.list_allowed(task["TaskRoleArn"])

    assert allowed == {
        ("dynamodb:Query", TABLE),
        ("dynamodb:Query", f"{TABLE}/index/failure_shard-index"),
        ("dynamodb:Query", f"{TABLE}/index/marketing_id-index"),
        ("dynamodb:Query", f"{TABLE}/index/transaction_id-index"),
        ("dynamodb:Query", f"{TABLE}/index/failure_shard-index"),
    }


def test_the_execution_role_may_only_pull_the_image_and_write_logs(default, task):
    repository = "arn:aws:ecr:ap-southeast-1:${AWS::AccountId}:repository/query-api"
    log_group = get_container(default)["LogConfiguration"]["Options"]["awslogs-group"]
    log_streams = f"{log_group.removesuffix('}')}.Arn}}"

    allowed = default.list_allowed(task["ExecutionRoleArn"])

    assert allowed == {
        # A token is for the whole registry, so it has no resource.
        ("ecr:GetAuthorizationToken", "*"),
        ("ecr:BatchCheckLayerAvailability", repository),
        ("ecr:GetDownloadUrlForLayer", repository),
        ("ecr:BatchGetImage", repository),
        ("logs:CreateLogStream", log_streams),
        ("logs:PutLogEvents", log_streams),
    }


def test_with_the_lambda_backend_the_task_may_only_invoke_the_query_function(special):
    (function_id,) = (
        name
        for name, each in special.find("Lambda::Function").items()
        if each.get("FunctionName") == "notification-query"
    )

    allowed = special.list_allowed(special.get("ECS::TaskDefinition")["TaskRoleArn"])

    assert allowed == {("lambda:InvokeFunction", f"${{{function_id}.Arn}}")}
    assert get_settings(special)["QUERY_BACKEND"] == "lambda"
    assert get_settings(special)["QUERY_FUNCTION_NAME"] == f"${{{function_id}}}"


def test_replaced_revisions_stay_active_for_a_rollback(default):
    (task,) = (
        each for each in default.resources.values() if each["Type"] == "AWS::ECS::TaskDefinition"
    )

    assert task["UpdateReplacePolicy"] == "Retain"
    assert task["DeletionPolicy"] == "RetainExceptOnCreate"

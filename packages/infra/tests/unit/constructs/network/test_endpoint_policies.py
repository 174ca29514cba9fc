"""What the endpoints let through."""

import pytest

ACCOUNT = "ap-southeast-1:${AWS::AccountId}"
LAYERS = "arn:aws:s3:::prod-ap-southeast-1-starport-layer-bucket/*"
REPOSITORIES = f"arn:aws:ecr:{ACCOUNT}:repository/*"
APIS = f"arn:aws:execute-api:{ACCOUNT}:*"
PULL = {
    ("ecr:GetAuthorizationToken", "*"),
    ("ecr:BatchCheckLayerAvailability", REPOSITORIES),
    ("ecr:BatchGetImage", REPOSITORIES),
    ("ecr:GetDownloadUrlForLayer", REPOSITORIES),
}


def find_endpoint(deployed, service):
    (found,) = (
        each
        for each in deployed.find("EC2::VPCEndpoint").values()
        if each["ServiceName"].endswith(f".{service}")
    )
    return found


def as_list(value):
    return value if isinstance(value, list) else [value]


def list_allowed(endpoint):
    """What a policy allows anyone: (action, resource)."""
    statements = endpoint["PolicyDocument"]["Statement"]
    assert {(each["Effect"], each["Principal"]) for each in statements} == {("Allow", "*")}
    return {
        (action, resource)
        for each in statements
        for action in as_list(each["Action"])
        for resource in as_list(each["Resource"])
    }


@pytest.mark.parametrize(
    ("service", "allowed"),
    [
        ("s3", {("s3:GetObject", LAYERS)}),
        ("ecr.api", PULL),
        ("ecr.dkr", PULL),
        (
            "logs",
            {
                ("logs:CreateLogStream", f"arn:aws:logs:{ACCOUNT}:log-group:*"),
                ("logs:PutLogEvents", f"arn:aws:logs:{ACCOUNT}:log-group:*"),
            },
        ),
        ("execute-api", {("execute-api:Invoke", APIS)}),
    ],
)
def test_an_endpoint_of_a_new_vpc_lets_only_needed_requests_through(either, service, allowed):
    endpoint = find_endpoint(either, service)
    assert list_allowed(endpoint) == allowed


def test_only_queries_of_the_read_model_reach_dynamodb(default):
    table = f"arn:aws:dynamodb:{ACCOUNT}:table/notification-records"
    allowed = list_allowed(find_endpoint(default, "dynamodb"))

    assert {action for action, _ in allowed} == {"dynamodb:Query"}
    assert {resource.partition("/index/")[0] for _, resource in allowed} == {table}


def test_the_endpoint_of_dynamodb_allows_what_the_role_of_the_tasks_allows(default):
    task = default.get("ECS::TaskDefinition")

    allowed = list_allowed(find_endpoint(default, "dynamodb"))

    assert allowed == default.list_allowed(task["TaskRoleArn"])


def test_only_the_query_function_is_invoked_by_its_endpoint(special):
    function = special.find_id("Lambda::Function", FunctionName="notification-query")

    allowed = list_allowed(find_endpoint(special, "lambda"))

    assert allowed == {("lambda:InvokeFunction", f"${{{function}.Arn}}")}


def test_every_endpoint_of_a_new_vpc_has_a_policy(either):
    endpoints = either.find("EC2::VPCEndpoint")

    assert endpoints
    assert [name for name, each in endpoints.items() if "PolicyDocument" not in each] == []


def test_only_the_endpoints_of_ecs_in_a_newer_region_have_no_policy(build_network):
    network = build_network(
        aws_region="mx-central-1",
        dynamodb_prefix_list_id="pl-0123456789abcdef0",
        s3_prefix_list_id="pl-0123456789abcdef1",
    )

    # The endpoint of DynamoDB gets its policy from the service, which this network does not have.
    open_endpoints = {
        service for service, each in network.endpoints.items() if "PolicyDocument" not in each
    }
    assert open_endpoints - {"dynamodb"} == {"ecs", "ecs-agent", "ecs-telemetry"}


def test_endpoints_that_others_use_keep_the_default_policy(equipped):
    for service in ("dynamodb", "ecr.api", "ecr.dkr"):
        assert "PolicyDocument" not in equipped.endpoints[service]


def test_the_endpoint_of_the_api_is_limited_in_an_existing_vpc_too(routed):
    assert list_allowed(routed.endpoints["execute-api"]) == {("execute-api:Invoke", APIS)}

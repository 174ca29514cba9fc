"""The private API: routes, callers, validation, limits, logs and cache."""

import json
import re
from itertools import product

import pytest

from infra.constructs.network.network import Network
from infra.constructs.private_api.private_api import PrivateApi
from infra.constructs.query_service.load_balancer import QueryLoadBalancer

PAGES = {"/query/user", "/query/marketing", "/query/fail", "/query/transaction"}
SUMMARIES = {"/query/user/summary", "/query/marketing/summary", "/query/fail/summary"}
QUERIES = PAGES | SUMMARIES
POSTS = QUERIES | {"/query/failure", "/query/failures", "/query/failed", "/failed"}
READS = {"/health", "/health/ready", "/openapi.json"}
PAGES_FOR_BROWSERS = {"/docs", "/docs/{name}", "/console", "/console/{digest}/{path+}"}
REQUIRED_IDS = {
    "/query/user": "user_id",
    "/query/user/summary": "user_id",
    "/query/marketing": "marketing_id",
    "/query/marketing/summary": "marketing_id",
    "/query/transaction": "transaction_id",
}
FIELDS = {
    "/query/user": {"user_id", "marketing_id", "status"},
    "/query/marketing": {"marketing_id", "status"},
    "/query/fail": {"transaction_id"},
    "/query/transaction": {"transaction_id", "status"},
}
EXECUTE_API = "com.amazonaws.ap-southeast-1.execute-api"
FILTERS = {"cursor", "platform", "ap_id", "error_msg", "created_from", "created_to"}


def list_methods(deployed):
    """Methods by verb and path."""
    resources = deployed.find("ApiGateway::Resource")

    def locate(reference):
        resource_id = reference.strip("${}")
        if resource_id.endswith(".RootResourceId"):
            return ""
        resource = resources[resource_id]
        return f"{locate(resource['ParentId'])}/{resource['PathPart']}"

    return {
        (each["HttpMethod"], locate(each["ResourceId"])): each
        for each in deployed.find("ApiGateway::Method").values()
    }


def get_stage(deployed):
    return deployed.get("ApiGateway::Stage")


@pytest.fixture
def deploy_behind(deploy):
    """Synthesize the API in front of a load balancer with this construct id."""

    def make(load_balancer_id, **variables):
        def build(stack, config):
            network = Network(stack, "Network", config=config)
            load_balancer = QueryLoadBalancer(
                stack, load_balancer_id, config=config, network=network
            )
            PrivateApi(
                stack, "PrivateApi", config=config, network=network, load_balancer=load_balancer
            )

        return deploy(build, **variables)

    return make


@pytest.fixture
def methods(default):
    return list_methods(default)


@pytest.fixture
def unsigned(special):
    """The methods of an API without IAM authorization."""
    return list_methods(special)


def test_the_api_is_private(either):
    endpoint = either.get("ApiGateway::RestApi")["EndpointConfiguration"]

    assert endpoint["Types"] == ["PRIVATE"]


def test_the_gateway_has_every_route_for_programs_and_no_other(methods):
    assert set(methods) == {("POST", path) for path in POSTS} | {
        (method, path) for method in ("GET", "HEAD") for path in READS
    }


def test_without_iam_authorization_the_gateway_also_has_the_pages_for_browsers(unsigned):
    reads = {path for method, path in unsigned if method == "HEAD"}

    assert reads == READS | PAGES_FOR_BROWSERS


def test_no_method_answers_other_origins(either):
    """The console is of the same origin, and other programs are no browsers."""
    text = json.dumps(list(list_methods(either).values()))

    assert not any(verb == "OPTIONS" for verb, _ in list_methods(either))
    assert "Access-Control" not in text


def test_every_request_goes_to_the_load_balancer_over_the_vpc_link(either):
    (load_balancer,) = either.find("ElasticLoadBalancingV2::LoadBalancer")
    (link,) = either.find("ApiGatewayV2::VpcLink")

    methods = list_methods(either)

    assert methods
    for method in methods.values():
        integration = method["Integration"]
        assert integration["ConnectionType"] == "VPC_LINK"
        assert integration["ConnectionId"] == f"${{{link}}}"
        assert integration["IntegrationTarget"] == f"${{{load_balancer}}}"


def test_the_vpc_link_is_in_the_subnets_of_the_tasks_with_one_security_group(either):
    link = either.get("ApiGatewayV2::VpcLink")
    network = either.get("ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert len(link["SubnetIds"]) == 2
    assert link["SubnetIds"] == network["Subnets"]
    assert len(link["SecurityGroupIds"]) == 1


def test_posts_are_passed_on_unchanged(methods):
    for path in POSTS:
        integration = methods["POST", path]["Integration"]
        assert integration["Type"] == "HTTP_PROXY"
        assert integration["IntegrationHttpMethod"] == "POST"
        assert integration["Uri"] == f"http://internal-alb.query-service.local{path}"


def test_with_a_certificate_tls_checks_its_name(special):
    integration = list_methods(special)["POST", "/query/user"]["Integration"]

    assert integration["Uri"] == "https://query.example.com/query/user"


def test_the_name_of_a_docs_file_is_passed_on(unsigned):
    method = unsigned["GET", "/docs/{name}"]

    assert method["RequestParameters"] == {"method.request.path.name": True}
    assert method["Integration"]["Uri"].endswith("/docs/{name}")
    assert method["Integration"]["RequestParameters"] == {
        "integration.request.path.name": "method.request.path.name"
    }


def test_digest_and_path_of_a_part_of_the_console_are_passed_on(unsigned):
    method = unsigned["GET", "/console/{digest}/{path+}"]

    assert method["RequestParameters"] == {
        "method.request.path.digest": True,
        "method.request.path.path": True,
    }
    assert method["Integration"]["Uri"].endswith("/console/{digest}/{path}")
    assert method["Integration"]["RequestParameters"] == {
        "integration.request.path.digest": "method.request.path.digest",
        "integration.request.path.path": "method.request.path.path",
    }


def test_responses_to_reads_are_passed_on_unchanged(special, unsigned):
    """Headers and text alike; with binary media types, the gateway would return other bytes."""
    assert (
        not {"BinaryMediaTypes", "MinimumCompressionSize"}
        & special.get("ApiGateway::RestApi").keys()
    )
    for method, path in product(("GET", "HEAD"), READS | PAGES_FOR_BROWSERS):
        assert unsigned[method, path]["Integration"]["Type"] == "HTTP_PROXY"


def test_the_gateway_waits_longer_than_the_services_deadline(methods):
    deadline_ms = 400

    assert methods
    assert all(each["Integration"]["TimeoutInMillis"] > deadline_ms for each in methods.values())


@pytest.fixture
def models(default, methods):
    """The schema of each query's body, validated by the gateway."""

    def get_schema(method):
        validator = default.find("ApiGateway::RequestValidator")[
            method["RequestValidatorId"].strip("${}")
        ]
        assert validator["ValidateRequestBody"] is True
        model = method["RequestModels"]["application/json"].strip("${}")
        return default.find("ApiGateway::Model")[model]["Schema"]

    return {path: get_schema(methods["POST", path]) for path in QUERIES}


def test_the_gateway_refuses_a_query_without_its_id(models):
    for path, field in REQUIRED_IDS.items():
        assert models[path]["type"] == "object"
        assert models[path]["required"] == [field]
        assert models[path]["properties"] == {field: {"type": "string", "minLength": 1}}


def test_the_gateway_lets_a_query_of_all_failures_pass(models):
    for path in ("/query/fail", "/query/fail/summary"):
        assert models[path]["type"] == "object"
        assert set(models[path]) == {"$schema", "type"}


def test_only_requests_through_the_endpoints_are_admitted(special):
    endpoint = special.find_id("EC2::VPCEndpoint", ServiceName=EXECUTE_API)
    statements = special.get("ApiGateway::RestApi")["Policy"]["Statement"]
    (deny,) = (each for each in statements if each["Effect"] == "Deny")

    assert deny["Principal"] == {"AWS": "*"}
    assert deny["Action"] == "execute-api:Invoke"
    assert deny["Resource"] == "execute-api:/*"
    assert deny["Condition"] == {
        "StringNotEquals": {
            "aws:SourceVpce": [
                f"${{{endpoint}}}",
                "vpce-0123456789abcdef0",
                "vpce-0123456789abcdef1",
            ]
        }
    }


def test_only_endpoints_of_the_same_account_get_a_name_for_the_api(special):
    own = special.find_id("EC2::VPCEndpoint", ServiceName=EXECUTE_API)

    named = special.get("ApiGateway::RestApi")["EndpointConfiguration"]["VpcEndpointIds"]

    assert named == [f"${{{own}}}", "vpce-0123456789abcdef0"]


def test_by_default_all_requests_are_signed(methods):
    assert {each["AuthorizationType"] for each in methods.values()} == {"AWS_IAM"}


def test_without_iam_authorization_requests_need_no_signature(unsigned):
    assert {each["AuthorizationType"] for each in unsigned.values()} == {"NONE"}


def list_allowed_principals(deployed):
    statements = deployed.get("ApiGateway::RestApi")["Policy"]["Statement"]
    (allow,) = (each for each in statements if each["Effect"] == "Allow")
    principals = allow["Principal"]["AWS"]
    return principals if isinstance(principals, list) else [principals]


def test_by_default_the_policy_allows_only_the_account(default):
    (principal,) = list_allowed_principals(default)

    assert principal.endswith(":iam::${AWS::AccountId}:root")


def test_the_policy_allows_other_accounts_of_callers(deploy_behind):
    deployed = deploy_behind("One", caller_account_ids=("123456789012", "210987654321"))

    accounts = {
        re.search(r":iam::(.+):root$", each)[1] for each in list_allowed_principals(deployed)
    }
    assert accounts == {"${AWS::AccountId}", "123456789012", "210987654321"}


def test_another_resource_policy_gives_another_deployment(deploy_behind):
    """A stage goes on with the policy that it was deployed with."""
    deployments = [
        set(deploy_behind("One", caller_account_ids=accounts).find("ApiGateway::Deployment"))
        for accounts in ((), ("123456789012",))
    ]

    assert deployments[0] != deployments[1]


def test_the_policy_of_callers_allows_each_route_and_nothing_else(default, methods):
    policy = default.get("IAM::ManagedPolicy")
    (statement,) = policy["PolicyDocument"]["Statement"]

    routes = {tuple(each.split("/", 3)[1:]) for each in statement["Resource"]}
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "execute-api:Invoke"
    assert routes == {("v1", verb, path.removeprefix("/")) for verb, path in methods}
    assert "*" not in json.dumps(statement)


def test_the_policy_of_callers_has_no_global_name(default):
    assert "ManagedPolicyName" not in default.get("IAM::ManagedPolicy")


def test_the_policy_of_callers_allows_the_cached_queries_where_there_is_a_cache(deploy_behind):
    deployed = deploy_behind("One", cache_ttl_seconds=20)

    (statement,) = deployed.get("IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    assert any(each.endswith("/v1/GET/query/user") for each in statement["Resource"])


def test_without_iam_authorization_there_is_no_policy_of_callers(special):
    assert special.find("IAM::ManagedPolicy") == {}


def test_the_stage_is_named_v1(either):
    assert get_stage(either)["StageName"] == "v1"


def test_the_stage_has_metrics_and_error_logs_without_bodies(either):
    every = get_stage(either)["MethodSettings"]

    assert every
    for settings in every:
        assert settings["MetricsEnabled"] is True
        assert settings["LoggingLevel"] == "ERROR"
        assert settings["DataTraceEnabled"] is False


def test_the_stage_has_traces_unless_ids_are_in_urls(default, special):
    assert get_stage(default)["TracingEnabled"] is True
    assert get_stage(special)["TracingEnabled"] is False


def test_the_gateway_throttles_at_the_capacity_of_the_tasks(special):
    every = get_stage(special)["MethodSettings"]

    assert every
    for settings in every:
        assert settings["ThrottlingRateLimit"] == 20 * 200
        assert settings["ThrottlingBurstLimit"] == 20 * 200


def test_access_logs_are_json_without_callers_data(default):
    setting = get_stage(default)["AccessLogSetting"]
    (group,) = (
        each
        for name, each in default.find("Logs::LogGroup").items()
        if f"${{{name}" in setting["DestinationArn"]
    )

    variables = set(json.loads(setting["Format"]).values())

    assert group["RetentionInDays"] == 90
    assert variables == {
        "$context.requestId",
        "$context.extendedRequestId",
        "$context.xrayTraceId",
        "$context.requestTimeEpoch",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.responseLatency",
        "$context.responseLength",
        "$context.integration.status",
        "$context.integration.latency",
        "$context.integration.error",
        "$context.error.responseType",
        "$context.identity.vpceId",
    }


def test_another_load_balancer_gives_another_deployment(deploy_behind):
    """CloudFormation deploys an API anew only when the deployment's logical id changes."""
    deployments = [
        set(deploy_behind(load_balancer).find("ApiGateway::Deployment"))
        for load_balancer in ("One", "One", "Other")
    ]

    assert deployments[0] == deployments[1]
    assert deployments[0] != deployments[2]


def test_nothing_is_cached_by_default(default):
    stage = get_stage(default)

    assert not stage.get("CacheClusterEnabled")
    assert not any(each.get("CachingEnabled") for each in stage["MethodSettings"])


def test_with_a_cache_queries_are_also_served_by_get(special):
    gets = {path for verb, path in list_methods(special) if verb == "GET"}

    assert gets == READS | PAGES_FOR_BROWSERS | QUERIES


def test_no_post_is_ever_cached(special):
    settings = get_stage(special)["MethodSettings"]
    cached = {
        (each["HttpMethod"], each["ResourcePath"].replace("~1", "/").replace("//", "/"))
        for each in settings
        if each.get("CachingEnabled")
    }
    rest = [each for each in settings if (each["HttpMethod"], each["ResourcePath"]) == ("*", "/*")]

    assert cached == {("GET", path) for path in QUERIES}
    assert [each["CachingEnabled"] for each in rest] == [False]


def test_cached_responses_are_encrypted_and_expire(special):
    stage = get_stage(special)
    cached = [each for each in stage["MethodSettings"] if each["CachingEnabled"]]

    assert cached
    assert stage["CacheClusterEnabled"] is True
    assert all(each["CacheDataEncrypted"] is True for each in cached)
    assert {each["CacheTtlInSeconds"] for each in cached} == {20}


def test_every_parameter_is_in_the_cache_key(special):
    methods = list_methods(special)
    expected = {path: FIELDS[path] | FILTERS | {"limit"} for path in PAGES} | {
        path: FIELDS[path.removesuffix("/summary")] | FILTERS | {"by", "time_zone"}
        for path in SUMMARIES
    }

    assert set(expected) == QUERIES
    for path, names in expected.items():
        method = methods["GET", path]
        located = {f"method.request.querystring.{name}" for name in names}
        assert set(method["Integration"]["CacheKeyParameters"]) == located
        assert set(method["RequestParameters"]) == located


def test_a_cached_query_needs_its_id(special):
    for path in QUERIES:
        method = list_methods(special)["GET", path]
        validator = special.find("ApiGateway::RequestValidator")[
            method["RequestValidatorId"].strip("${}")
        ]
        required = {name for name, needed in method["RequestParameters"].items() if needed}
        assert validator["ValidateRequestParameters"] is True
        assert required == {
            f"method.request.querystring.{field}"
            for field in [REQUIRED_IDS.get(path)]
            if field is not None
        }


def test_a_cached_query_reaches_the_service_as_a_post_without_an_id_in_its_url(special):
    for path in QUERIES:
        integration = list_methods(special)["GET", path]["Integration"]
        assert integration["Type"] == "HTTP"
        assert integration["IntegrationHttpMethod"] == "POST"
        assert integration["Uri"] == f"https://query.example.com{path}"
        assert integration["PassthroughBehavior"] == "NEVER"


def test_a_cached_query_has_no_trace_id_since_the_stage_has_no_traces(special):
    for path in QUERIES:
        integration = list_methods(special)["GET", path]["Integration"]
        assert integration["RequestParameters"] == {
            "integration.request.header.Content-Type": "'application/json'",
            "integration.request.header.X-Request-Id": "context.requestId",
        }


def test_no_error_status_becomes_a_success(special):
    for path in QUERIES:
        responses = list_methods(special)["GET", path]["Integration"]["IntegrationResponses"]
        assert responses
        for response in responses:
            pattern = response.get("SelectionPattern")
            assert response["StatusCode"] == (pattern or "502")


def test_the_account_keeps_its_own_role_for_logs_by_default(default):
    assert not default.find("ApiGateway::Account")
    assert not [name for name in default.resources if "CloudWatchRole" in name]


def test_the_accounts_role_for_logs_is_created_where_asked_and_then_stays(special):
    (account,) = (
        each for each in special.resources.values() if each["Type"] == "AWS::ApiGateway::Account"
    )
    role = account["Properties"]["CloudWatchRoleArn"].removeprefix("${").removesuffix(".Arn}")

    assert account["DeletionPolicy"] == "Retain"
    assert special.resources[role]["DeletionPolicy"] == "Retain"

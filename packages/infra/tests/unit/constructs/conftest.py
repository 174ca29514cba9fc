"""The application stack, synthesized once for each of two configurations."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template
from constructs import Construct

from infra.config.model import Config
from infra.constructs.network.network import Network
from infra.constructs.observability.observability import Observability
from infra.constructs.observability.watched_resources import (
    WatchedResources,
    WatchedStream,
    WatchedTable,
)
from infra.constructs.private_api.private_api import PrivateApi
from infra.constructs.projection.failure_stores import FailureStores
from infra.constructs.projection.operator_functions import OperatorFunctions
from infra.constructs.projection.personal_data_role import PersonalDataRole
from infra.constructs.projection.stream_processor import StreamProcessor
from infra.constructs.query_service.query_function import QueryFunction
from infra.constructs.query_service.query_service import QueryService
from infra.constructs.query_service.service_image import create_service_image
from infra.constructs.tables import create_table
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS

PACKAGE = Path(__file__).parents[3]
CONTEXT = json.loads((PACKAGE / "cdk.json").read_text())["context"]
IMAGE = {"image_repository": "query-api", "image_digest": f"sha256:{'0' * 64}"}
CERTIFICATE = (
    "arn:aws:acm:ap-southeast-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
)

KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"

CONSOLE = {
    "host": "notifications.example.com",
    "certificate_arn": CERTIFICATE,
    "cidrs": "10.8.0.0/16,100.64.0.0/16",
    "oidc_issuer": "https://login.example.com/tenant",
    "oidc_authorization_endpoint": "https://login.example.com/authorize",
    "oidc_token_endpoint": "https://login.example.com/token",
    "oidc_user_info_endpoint": "https://login.example.com/user-info",
    "oidc_client_id": "notifications-console",
    "oidc_secret_arn": ("arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:console-AbCdEf"),
    "oidc_secret_version": "01234567-89ab-cdef-0123-456789abcdef",
    "oidc_prefix_list_id": "pl-0123456789abcdef0",
}


def render(value: Any) -> Any:
    """Write CloudFormation's functions as `${Id}` and `${Id.Attribute}`."""
    if isinstance(value, list):
        return [render(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return f"${{{value['Ref']}}}"
    if "Fn::GetAtt" in value:
        return f"${{{'.'.join(value['Fn::GetAtt'])}}}"
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(str(render(part)) for part in parts)
    return {name: render(each) for name, each in value.items()}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A template whose functions are rendered as text."""

    resources: dict[str, dict[str, Any]]

    def find(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: each.get("Properties", {})
            for name, each in self.resources.items()
            if each["Type"] == f"AWS::{kind}"
        }

    def get(self, kind: str) -> dict[str, Any]:
        (properties,) = self.find(kind).values()
        return properties

    def find_named(self, kind: str, **properties: object) -> dict[str, Any]:
        """Return the one resource with these properties."""
        (found,) = (
            each
            for each in self.find(kind).values()
            if all(each.get(key) == value for key, value in properties.items())
        )
        return found

    def find_id(self, kind: str, **properties: object) -> str:
        """Return the logical id of the one resource with these properties."""
        (found,) = (
            name
            for name, each in self.find(kind).items()
            if all(each.get(key) == value for key, value in properties.items())
        )
        return found

    def list_allowed(self, role: str) -> set[tuple[str, str]]:
        """Permissions of a role as (action, resource); `role` is a reference to its ARN."""
        role_id = role.removeprefix("${").removesuffix(".Arn}")
        return {
            (action, resource)
            for policy in self.find("IAM::Policy").values()
            if f"${{{role_id}}}" in policy["Roles"]
            for statement in policy["PolicyDocument"]["Statement"]
            for action in _as_list(statement["Action"])
            for resource in _as_list(statement["Resource"])
        }


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _create_code() -> lambda_.Code:
    return lambda_.Code.from_inline("def handler(event, context): ...")


def _create_function(scope: Construct, name: str) -> lambda_.Function:
    return lambda_.Function(
        scope,
        name,
        function_name=name,
        code=_create_code(),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def _watch(
    stack: cdk.Stack,
    config: Config,
    service: QueryService,
    api: PrivateApi,
    query_function: lambda_.IFunction | None,
) -> WatchedResources:
    return WatchedResources(
        service=service,
        api=api.api,
        stream=WatchedStream(
            processor=_create_function(stack, "Processor"),
            event_source_id="mapping",
            quarantine=sqs.Queue(stack, "Quarantine", queue_name="quarantine"),
            verify=_create_function(stack, "Verify"),
            namespace=config.metrics_namespace,
        ),
        commands=WatchedTable(COMMAND_RECORDS, COMMAND_RECORDS.name),
        rows=WatchedTable(NOTIFICATION_RECORDS, NOTIFICATION_RECORDS.name),
        stack_names=["query-service-data", "query-service-application"],
        query_function=query_function,
    )


def _build_service(stack: cdk.Stack, config: Config) -> None:
    table = dynamodb.Table.from_table_name(stack, "ReadModel", NOTIFICATION_RECORDS.name)
    network = Network(stack, "Network", config=config)
    function = (
        QueryFunction(
            stack, "QueryFunction", config=config, table=table, code=_create_code()
        ).function
        if config.query_backend == "lambda"
        else None
    )
    service = QueryService(
        stack,
        "QueryService",
        config=config,
        network=network,
        table=table,
        image=create_service_image(stack, config, PACKAGE),
        query_function=function,
    )
    api = PrivateApi(
        stack,
        "PrivateApi",
        config=config,
        network=network,
        load_balancer=service.load_balancer,
    )
    resources = _watch(stack, config, service, api, function)
    observability = Observability(stack, "Observability", config=config, resources=resources)
    service.roll_back_on(observability.deployment_alarms)


@pytest.fixture(scope="session")
def deploy(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Deployed]:
    """Synthesize the stack that a function builds for a configuration."""

    def make(build: Callable[[cdk.Stack, Config], None], **variables: Any) -> Deployed:
        app = cdk.App(
            context=CONTEXT, outdir=str(tmp_path_factory.mktemp("cdk")), analytics_reporting=False
        )
        config = Config(**IMAGE, **variables)
        stack = cdk.Stack(app, "application", env=cdk.Environment(region=config.aws_region))
        build(stack, config)
        return Deployed(render(Template.from_stack(stack).to_json()["Resources"]))

    return make


@pytest.fixture(scope="session")
def default(deploy: Callable[..., Deployed]) -> Deployed:
    """The stack with every variable at its default."""
    return deploy(_build_service)


@pytest.fixture(scope="session")
def special(deploy: Callable[..., Deployed]) -> Deployed:
    """The stack with every variable changed."""
    return deploy(
        _build_service,
        query_backend="lambda",
        query_reserved_concurrency=50,
        cache_ttl_seconds=20,
        iam_authorization=False,
        certificate_arn=CERTIFICATE,
        certificate_domain="query.example.com",
        caller_vpc_endpoint_ids="vpce-0123456789abcdef0",
        other_account_vpc_endpoint_ids="vpce-0123456789abcdef1",
        alarm_email="on-call@example.com",
        max_failure_percent=7.5,
        watched_ap_ids="web-portal-001,Mobile.app_002",
        api_log_role=True,
        desired_tasks=4,
        min_tasks=3,
        max_tasks=20,
    )


@pytest.fixture(scope="session")
def with_console(deploy: Callable[..., Deployed]) -> Deployed:
    """The stack with the console behind sign-in."""
    return deploy(_build_service, console=CONSOLE)


@pytest.fixture(scope="session")
def uncounted(deploy: Callable[..., Deployed]) -> Deployed:
    """The stack of a processor that does not count notifications by AP."""
    return deploy(_build_service, metrics_by_ap="off")


def _build_projection(stack: cdk.Stack, config: Config) -> None:
    failures = FailureStores(stack, "FailureStores", config=config)
    parts = {
        "config": config,
        "code": _create_code(),
        "command_table": create_table(
            stack,
            "CommandRecords",
            COMMAND_RECORDS,
            config.command_table,
            deletion_protection=config.deletion_protection,
            contributor_insights=config.contributor_insights,
        ),
        "read_table": create_table(
            stack,
            "NotificationRecords",
            NOTIFICATION_RECORDS,
            config.read_table,
            deletion_protection=config.deletion_protection,
            contributor_insights=config.contributor_insights,
        ),
        "failures": failures,
    }
    StreamProcessor(stack, "StreamProcessor", **parts)
    OperatorFunctions(stack, "Operations", **parts)
    PersonalDataRole(
        stack,
        "PersonalData",
        command_table=parts["command_table"],
        read_table=parts["read_table"],
    )


@pytest.fixture(scope="session")
def projection(deploy: Callable[..., Deployed]) -> Deployed:
    """The stream processor and the operator functions, with both tables."""
    return deploy(
        _build_projection,
        processor_reserved_concurrency=20,
        ttl_deletes="keep",
        watched_ap_ids=("mobile-app-001", "web-portal-001"),
    )


@pytest.fixture(scope="session")
def projection_with_key(deploy: Callable[..., Deployed]) -> Deployed:
    """The same with a key of the account."""
    return deploy(_build_projection, kms_key_arn=KEY)


@pytest.fixture
def key() -> str:
    """The key of the account."""
    return KEY


@pytest.fixture
def commands(projection: Deployed) -> str:
    """The ARN of the command table."""
    return f"${{{projection.find_id('DynamoDB::Table', TableName='command-records')}.Arn}}"


@pytest.fixture
def read_model(projection: Deployed) -> str:
    """The ARN of the read model's table."""
    return f"${{{projection.find_id('DynamoDB::Table', TableName='notification-records')}.Arn}}"


@pytest.fixture(params=["default", "special"])
def either(request: pytest.FixtureRequest) -> Deployed:
    """Both stacks, one after the other."""
    return request.getfixturevalue(request.param)

"""Both stacks as `cdk` synthesizes them, for two configurations."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest

from infra.composition import compose
from infra.config.source import load_config

CONTEXT = json.loads((Path(__file__).parents[2] / "cdk.json").read_text())["context"]
IMAGE = {"IMAGE_REPOSITORY": "query-api", "IMAGE_DIGEST": f"sha256:{'0' * 64}"}
KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
CONSOLE = {
    "CONSOLE_HOST": "notifications.example.com",
    "CONSOLE_CERTIFICATE_ARN": (
        "arn:aws:acm:ap-southeast-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef"
    ),
    "CONSOLE_CIDRS": "10.8.0.0/16",
    "CONSOLE_OIDC_ISSUER": "https://login.example.com",
    "CONSOLE_OIDC_AUTHORIZATION_ENDPOINT": "https://login.example.com/authorize",
    "CONSOLE_OIDC_TOKEN_ENDPOINT": "https://login.example.com/token",
    "CONSOLE_OIDC_USER_INFO_ENDPOINT": "https://login.example.com/user-info",
    "CONSOLE_OIDC_CLIENT_ID": "console",
    "CONSOLE_OIDC_SECRET_ARN": (
        "arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:console-AbCdEf"
    ),
    "CONSOLE_OIDC_SECRET_VERSION": "01234567-89ab-cdef-0123-456789abcdef",
    "CONSOLE_OIDC_PREFIX_LIST_ID": "pl-0123456789abcdef0",
}
TLS = {
    "CERTIFICATE_ARN": CONSOLE["CONSOLE_CERTIFICATE_ARN"],
    "CERTIFICATE_DOMAIN": "query.example.com",
}


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The result of a synthesis: the templates, and the report of the rules."""

    stacks: dict[str, Any]
    termination_protected: set[str]
    dependencies: dict[str, set[str]]
    rules: dict[str, Any]


def _synthesize(directory: Path, **variables: str) -> Synthesized:
    app = cdk.App(context=CONTEXT, outdir=str(directory), analytics_reporting=False)
    stacks = compose(app, load_config({}, IMAGE | TLS | variables))
    assembly = app.synth()
    # A warning of a construct would be a second report.
    (rules,) = json.loads((directory / "validation-report.json").read_text())["pluginReports"]
    return Synthesized(
        stacks={
            each.stack_name: assembly.get_stack_by_name(each.stack_name).template for each in stacks
        },
        termination_protected={each.stack_name for each in stacks if each.termination_protection},
        dependencies={
            each.stack_name: {other.stack_name for other in each.dependencies} for each in stacks
        },
        rules=rules,
    )


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment with every variable at its default."""
    return _synthesize(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def unprotected(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment as `nox -s deploy` creates its stacks, before it protects them."""
    return _synthesize(tmp_path_factory.mktemp("unprotected"), DELETION_PROTECTION="false")


@pytest.fixture(scope="session")
def routed(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment into an existing VPC, whose network four variables describe."""
    return _synthesize(
        tmp_path_factory.mktemp("routed"),
        AWS_REGION="ap-southeast-1",
        VPC_ID="vpc-0123456789abcdef0",
        PRIVATE_SUBNET_1="subnet-0123456789abcdef0",
        PRIVATE_SUBNET_2="subnet-0123456789abcdef1",
    )


@pytest.fixture(scope="session")
def elaborate(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment into existing resources, with every option enabled."""
    return _synthesize(
        tmp_path_factory.mktemp("elaborate"),
        VPC_ID="vpc-0123456789abcdef0",
        PRIVATE_SUBNET_1="subnet-0123456789abcdef0",
        PRIVATE_SUBNET_2="subnet-0123456789abcdef1",
        CREATE_ENDPOINTS="dynamodb,s3,ecr.api,ecr.dkr,logs,lambda",
        VPC_CIDR="10.0.0.0/16,100.64.0.0/16",
        ROUTE_TABLE_IDS="rtb-0123456789abcdef0,rtb-0123456789abcdef1",
        EXISTING_ENDPOINTS="execute-api=vpce-0123456789abcdef0",
        ENDPOINT_SECURITY_GROUP_ID="sg-0123456789abcdef0",
        COMMAND_TABLE_NAME="sent",
        COMMAND_STREAM_ARN=(
            "arn:aws:dynamodb:ap-southeast-1:123456789012:table/sent/stream/2026-11-23T09:00:00.000"
        ),
        COMMAND_TABLE_KEY_ARN=KEY,
        API_LOG_ROLE="true",
        READ_TABLE_NAME="received",
        QUERY_BACKEND="lambda",
        CACHE_TTL_SECONDS="30",
        IAM_AUTHORIZATION="false",
        ALARM_EMAIL="on-call@example.com",
        MAX_FAILURE_PERCENT="5",
        WATCHED_AP_IDS="mobile-app-001",
        **CONSOLE,
    )


@pytest.fixture(scope="session")
def named(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment with a name, beside others, with tags, logs and a key as its owner requires."""
    return _synthesize(
        tmp_path_factory.mktemp("named"),
        DEPLOYMENT_NAME="dev",
        TAGS="cost-center=1234,owner=notifications",
        LOG_RETENTION_DAYS="365",
        KMS_KEY_ARN=KEY,
        CONTRIBUTOR_INSIGHTS="true",
        QUERY_BACKEND="lambda",
        WATCHED_AP_IDS="mobile-app-001",
    )

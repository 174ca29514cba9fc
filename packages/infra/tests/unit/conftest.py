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


@dataclass(frozen=True, slots=True)
class Synthesized:
    """The result of a synthesis: the templates, and the report of the rules."""

    stacks: dict[str, Any]
    termination_protected: set[str]
    rules: dict[str, Any]


def _synthesize(directory: Path, **variables: str) -> Synthesized:
    app = cdk.App(context=CONTEXT, outdir=str(directory), analytics_reporting=False)
    stacks = compose(app, load_config({}, IMAGE | variables))
    assembly = app.synth()
    (rules,) = json.loads((directory / "validation-report.json").read_text())["pluginReports"]
    return Synthesized(
        stacks={
            each.stack_name: assembly.get_stack_by_name(each.stack_name).template for each in stacks
        },
        termination_protected={each.stack_name for each in stacks if each.termination_protection},
        rules=rules,
    )


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment with every variable at its default."""
    return _synthesize(tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="session")
def elaborate(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    """A deployment into existing resources, with every option enabled."""
    return _synthesize(
        tmp_path_factory.mktemp("elaborate"),
        VPC_ID="vpc-0123456789abcdef0",
        PRIVATE_SUBNET_1="subnet-0123456789abcdef0",
        PRIVATE_SUBNET_2="subnet-0123456789abcdef1",
        AVAILABILITY_ZONES="ap-southeast-1a,ap-southeast-1b",
        ROUTE_TABLE_IDS="rtb-0123456789abcdef0,rtb-0123456789abcdef1",
        EXISTING_ENDPOINTS="execute-api=vpce-0123456789abcdef0",
        ENDPOINT_SECURITY_GROUP_ID="sg-0123456789abcdef0",
        COMMAND_TABLE_NAME="sent",
        COMMAND_STREAM_ARN=(
            "arn:aws:dynamodb:ap-southeast-1:123456789012:table/sent/stream/2026-11-23T09:00:00.000"
        ),
        READ_TABLE_NAME="received",
        QUERY_BACKEND="lambda",
        CACHE_TTL_SECONDS="30",
        IAM_AUTHORIZATION="true",
        ALARM_EMAIL="on-call@example.com",
        MAX_FAILURE_PERCENT="5",
        WATCHED_AP_IDS="mobile-app-001",
    )

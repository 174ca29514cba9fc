"""The roles that the workflows assume: by whom, and what each may do."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest

from infra.composition import compose_delivery
from infra.config.source import load_config
from infra.exceptions import InvalidConfigError

CONTEXT = json.loads((Path(__file__).parents[3] / "cdk.json").read_text())["context"]
REPOSITORY = "octo@123456/service@456789"
ARN = "ap-southeast-1:${AWS::AccountId}"
KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"
ROUTES = {
    *(
        f"POST/{path}"
        for path in (
            "query/user",
            "query/marketing",
            "query/fail",
            "query/transaction",
            "query/user/summary",
            "query/marketing/summary",
            "query/fail/summary",
            "query/failure",
            "query/failures",
            "query/failed",
            "failed",
        )
    ),
    *(
        f"{method}/{path}"
        for method in ("GET", "HEAD")
        for path in ("health", "health/ready", "openapi.json")
    ),
}
BOOTSTRAP = "arn:aws:iam::${AWS::AccountId}:role/cdk-hnb659fds"


def render(value):
    """Write references as `${Name}`."""
    if isinstance(value, list):
        return [render(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "Ref" in value:
        return f"${{{value['Ref']}}}"
    if "Fn::Join" in value:
        return "".join(map(str, render(value["Fn::Join"][1])))
    return {name: render(each) for name, each in value.items()}


@pytest.fixture(scope="module")
def deploy(tmp_path_factory):
    """Synthesize the stack; returns its template and the report of the rules."""

    def synthesize(**variables):
        directory = tmp_path_factory.mktemp("delivery")
        app = cdk.App(context=CONTEXT, outdir=str(directory), analytics_reporting=False)
        stack = compose_delivery(app, load_config({}, {"ALLOW_HTTP": "true"} | variables))
        template = app.synth().get_stack_by_name(stack.stack_name).template
        (rules,) = json.loads((directory / "validation-report.json").read_text())["pluginReports"]
        return render(template), rules

    return synthesize


@pytest.fixture(scope="module", params=["", "stage"])
def prefix(request):
    return f"{request.param}-" if request.param else ""


@pytest.fixture(scope="module")
def synthesized(deploy, prefix):
    return deploy(
        DEPLOYMENT_NAME=prefix.removesuffix("-"),
        DELIVERY_REPOSITORY=REPOSITORY,
        DELIVERY_ENVIRONMENT="stage",
    )


@pytest.fixture(scope="module")
def template(synthesized):
    return synthesized[0]


@pytest.fixture
def find_role(template):
    """Find a role by the output that names it."""

    def find(name):
        arn = template["Outputs"][f"{name}RoleArn"]["Value"]
        role_id, _ = arn["Fn::GetAtt"]
        return role_id, template["Resources"][role_id]["Properties"]

    return find


@pytest.fixture
def list_allowed(template, find_role):
    """List what a role may do as (action, resource)."""

    def list_all(name):
        role_id, _ = find_role(name)
        return {
            (action, resource)
            for each in template["Resources"].values()
            if each["Type"] == "AWS::IAM::Policy"
            and f"${{{role_id}}}" in each["Properties"]["Roles"]
            for statement in each["Properties"]["PolicyDocument"]["Statement"]
            for action in as_list(statement["Action"])
            for resource in as_list(statement["Resource"])
        }

    return list_all


def as_list(value):
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("Diff", "pull_request"),
        ("Deploy", "environment:stage"),
        ("Check", "environment:stage-check"),
    ],
)
def test_a_role_trusts_exactly_one_subject_of_the_repository(find_role, role, subject):
    _, properties = find_role(role)

    (statement,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"] == {
        "Federated": (
            "arn:aws:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com"
        )
    }
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": f"repo:{REPOSITORY}:{subject}",
        }
    }


def test_a_pull_request_may_read_both_templates_and_nothing_else(list_allowed, prefix):
    assert list_allowed("Diff") == {
        (f"cloudformation:{action}", f"arn:aws:cloudformation:{ARN}:stack/{prefix}{stack}/*")
        for action in ("DescribeStacks", "GetTemplate")
        for stack in ("query-service-data", "query-service-application")
    }


def test_a_deployment_may_assume_the_roles_of_the_bootstrap_and_see_the_service(
    list_allowed, prefix
):
    service = f"arn:aws:ecs:{ARN}:service/{prefix}query-service-cluster/{prefix}query-service"

    assert list_allowed("Deploy") == {
        ("ecs:DescribeServices", service),
        *(
            (
                "sts:AssumeRole",
                f"{BOOTSTRAP}-{each}-role-${{AWS::AccountId}}-ap-southeast-1",
            )
            for each in ("deploy", "file-publishing", "image-publishing", "lookup")
        ),
    }


def test_a_session_of_a_deployment_outlasts_the_job(find_role):
    _, properties = find_role("Deploy")

    assert properties["MaxSessionDuration"] == 4 * 3600


def test_a_check_may_call_the_routes_write_trials_and_roll_back(list_allowed, prefix):
    service = f"arn:aws:ecs:{ARN}:service/{prefix}query-service-cluster/{prefix}query-service"
    table = f"arn:aws:dynamodb:{ARN}:table/{prefix}command-records"

    assert list_allowed("Check") == {
        *(("execute-api:Invoke", f"arn:aws:execute-api:{ARN}:*/v1/{route}") for route in ROUTES),
        ("dynamodb:PutItem", table),
        ("dynamodb:DeleteItem", table),
        ("ecs:DescribeServices", service),
        ("ecs:UpdateService", service),
        ("ecs:ListTaskDefinitions", "*"),
    }


def test_a_check_may_write_and_delete_only_records_of_trials(template):
    statements = [
        statement
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
        if any(action.startswith("dynamodb:") for action in as_list(statement["Action"]))
    ]

    (statement,) = statements
    assert statement["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["trial-*"]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def test_the_stack_has_no_finding(synthesized):
    _, rules = synthesized

    assert rules["conclusion"] == "success"
    assert rules["suppressedViolations"]


def test_records_of_trials_go_to_the_existing_command_table(deploy):
    template, _ = deploy(
        DELIVERY_REPOSITORY="octo/service",
        DELIVERY_ENVIRONMENT="prod",
        COMMAND_TABLE_NAME="sent",
        COMMAND_STREAM_ARN=(
            "arn:aws:dynamodb:ap-southeast-1:123456789012:table/sent/stream/2026-11-23T09:00:00.000"
        ),
        COMMAND_TABLE_KEY_ARN=KEY,
    )

    assert f"arn:aws:dynamodb:{ARN}:table/sent" in json.dumps(template)
    assert {"Action": "kms:Decrypt", "Effect": "Allow", "Resource": KEY} in [
        statement
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy"
        for statement in each["Properties"]["PolicyDocument"]["Statement"]
    ]
    assert "command-records" not in json.dumps(template)


@pytest.mark.parametrize(
    ("variables", "mistake"),
    [
        ({}, "DELIVERY_REPOSITORY: is required by delivery_app.py"),
        (
            {"DELIVERY_REPOSITORY": "octo/service"},
            "DELIVERY_ENVIRONMENT: is required with DELIVERY_REPOSITORY",
        ),
        (
            {"DELIVERY_REPOSITORY": "octo/*", "DELIVERY_ENVIRONMENT": "prod"},
            "DELIVERY_REPOSITORY: ",
        ),
    ],
)
def test_a_repository_must_be_named(deploy, variables, mistake):
    with pytest.raises(InvalidConfigError) as error:
        deploy(**variables)

    assert str(error.value).startswith(mistake)

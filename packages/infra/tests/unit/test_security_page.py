"""docs/security.md is true of the templates and of the tests that it names."""

import re
from pathlib import Path

import pytest

from infra.config.source import load_config
from infra.names import APPLICATION_STACK
from infra.permissions import list_permissions, render_tables
from infra.scanners.configurations import CONFIGURATIONS
from infra.scanners.synthesis import build_app

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED_TESTS = sorted(set(re.findall(r"`(test_\w+)`", PAGE)))


@pytest.fixture(scope="module")
def with_query_function(tmp_path_factory):
    config = load_config({}, CONFIGURATIONS["lambda"])
    assembly = build_app(config, tmp_path_factory.mktemp("lambda")).synth()
    return assembly.get_stack_by_name(APPLICATION_STACK).template


def test_the_page_has_the_permissions_of_the_templates(plain, with_query_function):
    tables = re.search(r"<!-- permissions -->\n\n(.*)\n\n<!-- /permissions -->", PAGE, re.DOTALL)

    assert tables[1] == render_tables(plain.stacks[APPLICATION_STACK], with_query_function)


def test_the_page_names_tests():
    assert len(NAMED_TESTS) > 30


@pytest.fixture(scope="session")
def tests_of_the_repository():
    folders = (ROOT / "packages", ROOT / "trials")
    modules = [
        path for folder in folders for path in folder.rglob("*.py") if "/.venv/" not in str(path)
    ]
    return {
        name
        for path in modules
        if path.name.startswith("test_") or path.name.endswith("_proof.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize("name", NAMED_TESTS)
def test_a_test_that_the_page_names_is_there(name, tests_of_the_repository):
    assert name in tests_of_the_repository


def test_every_part_of_a_policy_is_listed():
    role = {
        "Type": "AWS::IAM::Role",
        "Metadata": {"aws:cdk:path": "stack/Tool/Role/Resource"},
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [{"Principal": {"Service": "lambda.amazonaws.com"}}]
            },
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        },
    }
    statement = {
        "Effect": "Deny",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": ["arn:aws:s3:::other", {"Fn::GetAtt": ["Queue", "Arn"]}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {
        "Type": "AWS::IAM::Policy",
        "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": [statement]}},
    }

    permissions = list_permissions({"Resources": {"Role": role, "Policy": policy}})

    assert permissions == [
        ("Tool/Role", "lambda", "AWS's policy ReadOnlyAccess", ""),
        (
            "Tool/Role",
            "lambda",
            "Deny: s3:GetObject, s3:PutObject",
            '`Queue`, `other`, if {"Bool": {"aws:SecureTransport": "false"}}',
        ),
    ]


def test_a_resource_in_an_unknown_form_is_an_error():
    policy = {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "PolicyDocument": {
                "Statement": [
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::If": []}}
                ]
            }
        },
    }

    with pytest.raises(ValueError, match="Fn::If"):
        list_permissions({"Resources": {"Policy": policy}})

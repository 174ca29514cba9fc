"""The role for `export-user` and `erase-user`."""

import pytest


@pytest.fixture
def role_id(projection):
    return projection.find_id(
        "IAM::Role", Description="Exports and erases a user of the Query Service"
    )


def test_it_may_find_and_delete_command_records_and_replace_rows_and_nothing_else(
    projection, role_id, commands, read_model
):
    allowed = projection.list_allowed(f"${{{role_id}.Arn}}")

    assert allowed == {
        *((f"dynamodb:{action}", commands) for action in ("DescribeTable", "Scan")),
        *((f"dynamodb:{action}", commands) for action in ("BatchGetItem", "DeleteItem")),
        *((f"dynamodb:{action}", read_model) for action in ("DescribeTable", "Query")),
        *((f"dynamodb:{action}", read_model) for action in ("BatchGetItem", "PutItem")),
    }


def test_the_accounts_own_policies_decide_who_may_assume_it(projection, role_id):
    role = projection.find("IAM::Role")[role_id]

    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"]["AWS"].endswith(":iam::${AWS::AccountId}:root")
    assert statement["Action"] == "sts:AssumeRole"
    assert role["MaxSessionDuration"] == 12 * 3600

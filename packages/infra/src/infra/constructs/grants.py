"""Permissions on tables, action by action.

Not the CDK's `grant_read_data` and the like, which allow more than any of our functions does: whole
scans, conditions on every index that there may ever be, the stream.
"""

from collections.abc import Iterable

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from notification_models.schema import Index


def grant_on_table(grantee: iam.IGrantable, table: dynamodb.ITable, *actions: str) -> None:
    """Allow actions, such as `GetItem`, on a table and on none of its indexes."""
    _grant(grantee, actions, [table.table_arn])


def grant_query_of_index(grantee: iam.IGrantable, table: dynamodb.ITable, index: Index) -> None:
    """Allow to query one index of a table."""
    _grant(grantee, ["Query"], [f"{table.table_arn}/index/{index.name}"])


def _grant(grantee: iam.IGrantable, actions: Iterable[str], resources: list[str]) -> None:
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=[f"dynamodb:{action}" for action in actions], resources=resources
        )
    )

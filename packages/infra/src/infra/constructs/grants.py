"""Permissions on tables, action by action.

The CDK's `grant_read_data` and its siblings allow more than any function here needs: scans, every
index, the stream.
"""

from collections.abc import Iterable

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from notification_models.schema import Index


def grant_on_table(grantee: iam.IGrantable, table: dynamodb.ITable, *actions: str) -> None:
    """Allow actions, such as `GetItem`, on a table but not on its indexes."""
    _grant(grantee, actions, [table.table_arn])
    if table.encryption_key is not None:
        # DynamoDB decrypts the table's own key on behalf of whoever reads or writes it.
        # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
        table.encryption_key.grant(grantee, "kms:Decrypt")


def grant_query_of_index(grantee: iam.IGrantable, table: dynamodb.ITable, index: Index) -> None:
    """Allow Query on one index of a table."""
    _grant(grantee, ["Query"], [f"{table.table_arn}/index/{index.name}"])


def _grant(grantee: iam.IGrantable, actions: Iterable[str], resources: list[str]) -> None:
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=[f"dynamodb:{action}" for action in actions], resources=resources
        )
    )

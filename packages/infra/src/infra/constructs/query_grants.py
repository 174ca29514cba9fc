"""What may be asked of the read model, for whatever asks it."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from notification_models.schema import NOTIFICATION_RECORDS


def grant_queries(grantee: iam.IGrantable, table: dynamodb.ITable) -> None:
    """Allow Query on the read model's table and its indexes by name: never a Scan, never a write.

    Not `table.grant_read_data`, which allows whole scans, the stream and every index there may be.
    """
    indexes = [f"{table.table_arn}/index/{index.name}" for index in NOTIFICATION_RECORDS.indexes]
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=["dynamodb:Query"], resources=[table.table_arn, *indexes])
    )
    if table.encryption_key is not None:
        table.encryption_key.grant_decrypt(grantee)


def grant_invocation(grantee: iam.IGrantable, function: lambda_.IFunction) -> None:
    """Allow to invoke a function as it is deployed; `grant_invoke` would allow its versions too."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
    )

"""Permissions to query the read model, and to invoke the query Lambda."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from infra.config.values import Service
from infra.constructs.grants import grant_on_table, grant_query_of_index
from infra.constructs.network.network import Network
from notification_models.schema import NOTIFICATION_RECORDS


def grant_queries(grantee: iam.IGrantable, table: dynamodb.ITable) -> None:
    """Allow Query on the read model and each of its indexes; no Scan and no write."""
    grant_on_table(grantee, table, "Query")
    for index in NOTIFICATION_RECORDS.indexes:
        grant_query_of_index(grantee, table, index)


def grant_invocation(grantee: iam.IGrantable, function: lambda_.IFunction) -> None:
    """Allow invoking a function; `grant_invoke` would allow its versions too."""
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
    )


def allow_through_endpoints(
    network: Network, table: dynamodb.ITable, query_function: lambda_.IFunction | None
) -> None:
    """Allow the tasks' queries, and nothing else, through the VPC's endpoints of their backend."""
    indexes = [f"{table.table_arn}/index/{index.name}" for index in NOTIFICATION_RECORDS.indexes]
    network.allow_requests(Service.DYNAMODB, ["dynamodb:Query"], [table.table_arn, *indexes])
    if query_function is not None:
        network.allow_requests(
            Service.LAMBDA, ["lambda:InvokeFunction"], [query_function.function_arn]
        )

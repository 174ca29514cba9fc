"""The query Lambda, which answers in the service's place where the backend is `lambda`."""

from typing import Final

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config import Config
from infra.constructs.query_grants import grant_queries

_HANDLER: Final = "query_api.lambda_handler.handler"
_MEMORY_MIB: Final = 512
# The caller gives up after 0.4 s; the rest is for a cold start, whose result the next one gets.
_TIMEOUT: Final = Duration.seconds(5)


class QueryFunction(Construct):
    """A function that may query the read model and nothing else.

    Attributes:
        function: the function.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        table: dynamodb.ITable,
        code: lambda_.Code,
    ) -> None:
        """Make it.

        Args:
            table: the read model.
            code: the package query-api with what it needs.
        """
        super().__init__(scope, construct_id)
        log_group = logs.LogGroup(
            self,
            "Logs",
            retention=logs.RetentionDays.THREE_MONTHS,
            removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        )
        # Not the role that CDK makes: AWS's managed policy for it may write to every log group.
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)
        grant_queries(role, table)
        self.function = lambda_.Function(
            self,
            "Function",
            description="Queries the read model for the query service",
            code=code,
            handler=_HANDLER,
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=_MEMORY_MIB,
            timeout=_TIMEOUT,
            role=role,
            log_group=log_group,
            logging_format=lambda_.LoggingFormat.JSON,
            tracing=lambda_.Tracing.ACTIVE,
            reserved_concurrent_executions=config.query_reserved_concurrency,
            environment={"QUERY_TABLE_NAME": table.table_name},
        )

"""The query Lambda, which reads the read model for the service if the backend is `lambda`."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.config.model import Config
from infra.constructs.python_function import FunctionSpec, create_python_function
from infra.constructs.query_service.query_grants import grant_queries
from infra.names import QUERY_FUNCTION

# The service gives up after 0.4 s; a cold start may finish later and serve the next query.
_TIMEOUT: Final = Duration.seconds(5)
_MEMORY_MIB: Final = 512


class QueryFunction(Construct):
    """A function that may only query the read model.

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
        """Create the function.

        Args:
            table: the read model.
            code: the package query-api with its dependencies.
        """
        super().__init__(scope, construct_id)
        spec = FunctionSpec(
            name=QUERY_FUNCTION,
            description="Queries the read model for the Query Service",
            handler="query_api.lambda_handlers.query",
            timeout=_TIMEOUT,
            memory_mib=_MEMORY_MIB,
            environment={"QUERY_TABLE_NAME": table.table_name},
            reserved_concurrency=config.query_reserved_concurrency,
        )
        self.function = create_python_function(self, "Function", spec, code, config)
        grant_queries(self.function, table)

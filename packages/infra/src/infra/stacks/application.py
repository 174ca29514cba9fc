"""The stack of what can be made anew from the tables."""

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import SERVICES, WORKSPACE, bundle
from infra.config.model import Config
from infra.constructs.network.network import Network
from infra.constructs.observability.observability import Observability
from infra.constructs.observability.watched_resources import Watched, WatchedStream, WatchedTable
from infra.constructs.private_api.private_api import PrivateApi
from infra.constructs.projection.failure_stores import FailureStores
from infra.constructs.projection.operator_functions import Operations
from infra.constructs.projection.stream_processor import StreamProcessor
from infra.constructs.query_service.query_function import QueryFunction
from infra.constructs.query_service.query_service import QueryService
from infra.constructs.query_service.service_image import create_service_image
from infra.stacks.data import DataStack
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS


class ApplicationStack(Stack):
    """The stream processor and its tools, the query service, its API, and who watches them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, data: DataStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query service: the application",
        )
        self._config = config
        self._data = data
        stream = self._create_projection()
        network = Network(self, "Network", config=config)
        query_function = self._create_query_function()
        service = QueryService(
            self,
            "QueryService",
            config=config,
            network=network,
            table=data.read_table,
            image=create_service_image(self, config, WORKSPACE),
            query_function=query_function,
        )
        api = PrivateApi(self, "PrivateApi", config=config, network=network, front=service.front)
        Observability(
            self,
            "Observability",
            config=config,
            service=service,
            api=api.api,
            watched=Watched(
                stream=stream,
                tables=[
                    WatchedTable(COMMAND_RECORDS, data.command_table.table_name),
                    WatchedTable(NOTIFICATION_RECORDS, data.read_table.table_name),
                ],
                query_function=query_function,
            ),
        )
        self._tell_callers(network, api)

    def _create_projection(self) -> WatchedStream:
        failures = FailureStores(self, "FailureStores")
        with bundle("stream-processor", services=SERVICES["stream-processor"]) as folder:
            code = lambda_.Code.from_asset(folder)
            processor = StreamProcessor(
                self,
                "StreamProcessor",
                config=self._config,
                code=code,
                command_table=self._data.command_table,
                read_table=self._data.read_table,
                failures=failures,
            )
            operations = Operations(
                self,
                "Operations",
                config=self._config,
                code=code,
                command_table=self._data.command_table,
                read_table=self._data.read_table,
                failures=failures,
            )
        self._tell_operators(failures, operations)
        return WatchedStream(
            processor=processor.function,
            event_source_id=processor.event_source_id,
            quarantine=failures.quarantine,
            verify=operations.verify,
        )

    def _create_query_function(self) -> lambda_.IFunction | None:
        if self._config.query_backend != "lambda":
            return None
        with bundle("query-api", services=SERVICES["query-api"]) as folder:
            return QueryFunction(
                self,
                "QueryFunction",
                config=self._config,
                table=self._data.read_table,
                code=lambda_.Code.from_asset(folder),
            ).function

    def _tell_callers(self, network: Network, api: PrivateApi) -> None:
        """Output where the API is, and what a caller needs to reach it."""
        endpoint_id = network.execute_api_endpoint.vpc_endpoint_id
        host = f"{api.api.rest_api_id}-{endpoint_id}.execute-api.{self.region}.{self.url_suffix}"
        # By the endpoint's own name, which is found with or without private DNS.
        CfnOutput(self, "ApiUrl", value=f"https://{host}/{api.api.deployment_stage.stage_name}")
        CfnOutput(
            self,
            "CallerSecurityGroupId",
            value=network.caller_security_group.security_group_id,
        )

    def _tell_operators(self, failures: FailureStores, operations: Operations) -> None:
        """Output what the operators' tools have to be told."""
        CfnOutput(self, "QuarantineQueueUrl", value=failures.quarantine.queue_url)
        CfnOutput(self, "FailuresBucket", value=failures.bucket.bucket_name)
        CfnOutput(
            self,
            "RebuildStateMachineArn",
            value=operations.rebuild.state_machine.state_machine_arn,
        )

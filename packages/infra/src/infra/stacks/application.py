"""The stack of everything that can be created anew from the tables."""

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.bundling import (
    OPERATOR_FUNCTIONS,
    QUERY_FUNCTION,
    STREAM_FUNCTION,
    WORKSPACE,
    bundle,
)
from infra.config.model import Config
from infra.constructs.network.network import Network
from infra.constructs.observability.observability import Observability
from infra.constructs.observability.watched_resources import (
    WatchedResources,
    WatchedStream,
    WatchedTable,
)
from infra.constructs.private_api.private_api import PrivateApi
from infra.constructs.projection.failure_stores import FailureStores
from infra.constructs.projection.operator_functions import OperatorFunctions
from infra.constructs.projection.personal_data_role import PersonalDataRole
from infra.constructs.projection.stream_processor import StreamProcessor
from infra.constructs.query_service.console_listener import ConsoleListener
from infra.constructs.query_service.load_balancer import QueryLoadBalancer
from infra.constructs.query_service.query_function import QueryFunction
from infra.constructs.query_service.query_service import QueryService
from infra.constructs.query_service.service_image import create_service_image
from infra.constructs.tables import refer_to_table
from infra.names import CALLER_POLICY, CONSOLE_URL
from infra.stacks.data import DataStack
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS


class ApplicationStack(Stack):
    """The stream processor, the operator tools, the Query Service, its API, and observability."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, data: DataStack
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query Service: the application",
        )
        self._config = config
        self._command_table = refer_to_table(
            self,
            "CommandRecords",
            data.command_table_name,
            stream_arn=data.command_stream_arn,
            key_arn=config.command_table_key_arn,
        )
        self._read_table = refer_to_table(self, "NotificationRecords", data.read_table_name)
        stream = self._create_projection()
        network = Network(self, "Network", config=config)
        query_function = self._create_query_function()
        service = QueryService(
            self,
            "QueryService",
            config=config,
            network=network,
            table=self._read_table,
            image=create_service_image(self, config, WORKSPACE),
            query_function=query_function,
        )
        api = PrivateApi(
            self,
            "PrivateApi",
            config=config,
            network=network,
            load_balancer=service.load_balancer,
        )
        observability = Observability(
            self,
            "Observability",
            config=config,
            resources=WatchedResources(
                service=service,
                api=api.api,
                stream=stream,
                commands=WatchedTable(COMMAND_RECORDS, self._command_table.table_name),
                rows=WatchedTable(NOTIFICATION_RECORDS, self._read_table.table_name),
                stack_names=[data.stack_name, self.stack_name],
                query_function=query_function,
            ),
        )
        service.roll_back_on(observability.deployment_alarms)
        self._output_for_callers(network, api)
        if service.console is not None:
            self._output_for_people(service.console, service.load_balancer)

    def _create_projection(self) -> WatchedStream:
        failures = FailureStores(self, "FailureStores", config=self._config)
        with bundle(STREAM_FUNCTION) as folder:
            processor = StreamProcessor(
                self,
                "StreamProcessor",
                config=self._config,
                code=lambda_.Code.from_asset(folder),
                command_table=self._command_table,
                read_table=self._read_table,
                failures=failures,
            )
        with bundle(OPERATOR_FUNCTIONS) as folder:
            operator_functions = OperatorFunctions(
                self,
                "Operations",
                config=self._config,
                code=lambda_.Code.from_asset(folder),
                command_table=self._command_table,
                read_table=self._read_table,
                failures=failures,
            )
        personal_data = PersonalDataRole(
            self,
            "PersonalData",
            command_table=self._command_table,
            read_table=self._read_table,
        )
        self._output_for_operators(failures, operator_functions, personal_data)
        return WatchedStream(
            processor=processor.function,
            event_source_id=processor.event_source_id,
            quarantine=failures.quarantine,
            verify=operator_functions.verify,
            namespace=self._config.metrics_namespace,
        )

    def _create_query_function(self) -> lambda_.IFunction | None:
        if self._config.query_backend != "lambda":
            return None
        with bundle(QUERY_FUNCTION) as folder:
            return QueryFunction(
                self,
                "QueryFunction",
                config=self._config,
                table=self._read_table,
                code=lambda_.Code.from_asset(folder),
            ).function

    def _output_for_callers(self, network: Network, api: PrivateApi) -> None:
        """Output the API's URL and what a caller needs to reach it."""
        endpoint_id = network.execute_api_endpoint.vpc_endpoint_id
        host = f"{api.api.rest_api_id}-{endpoint_id}.execute-api.{self.region}.{self.url_suffix}"
        # This name needs no private DNS. If another endpoint of the VPC has it, the name resolves
        # to that one: https://repost.aws/knowledge-center/api-gateway-vpc-connections
        CfnOutput(self, "ApiUrl", value=f"https://{host}/{api.api.deployment_stage.stage_name}")
        CfnOutput(
            self,
            "CallerSecurityGroupId",
            value=network.caller_security_group.security_group_id,
        )
        if api.caller_policy is not None:
            CfnOutput(self, CALLER_POLICY, value=api.caller_policy.managed_policy_arn)

    def _output_for_people(
        self, console: ConsoleListener, load_balancer: QueryLoadBalancer
    ) -> None:
        """Output the console's address, and what its host name is an alias of."""
        CfnOutput(self, CONSOLE_URL, value=console.url)
        CfnOutput(self, "ConsoleHostAlias", value=load_balancer.alb.load_balancer_dns_name)

    def _output_for_operators(
        self,
        failures: FailureStores,
        operator_functions: OperatorFunctions,
        personal_data: PersonalDataRole,
    ) -> None:
        """Output the arguments of the operator tools."""
        CfnOutput(self, "QuarantineQueueUrl", value=failures.quarantine.queue_url)
        CfnOutput(self, "FailuresBucket", value=failures.bucket.bucket_name)
        CfnOutput(
            self,
            "RebuildStateMachineArn",
            value=operator_functions.rebuild.state_machine.state_machine_arn,
        )
        CfnOutput(self, "PersonalDataRoleArn", value=personal_data.role.role_arn)

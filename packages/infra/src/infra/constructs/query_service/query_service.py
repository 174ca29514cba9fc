"""The query API on ECS Fargate, behind an internal load balancer."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_servicediscovery as cloudmap
from constructs import Construct

from infra.config.model import Config
from infra.constructs.network.network import Network
from infra.constructs.query_service.console_listener import ConsoleListener
from infra.constructs.query_service.load_balancer import QueryLoadBalancer
from infra.constructs.query_service.query_grants import allow_through_endpoints
from infra.constructs.query_service.query_task import create_task_definition
from infra.names import CLUSTER_NAME, SERVICE_NAME

REQUESTS_PER_TASK_PER_S: Final = 200
"""Planned load: low enough that a task can take over the load of a lost zone."""

_CPU_TARGET_PERCENT: Final = 60
_GRACE_PERIOD: Final = Duration.seconds(60)
# Scale out fast and in slowly: a spare task costs little, a missing one fails requests.
_SCALE_OUT_COOLDOWN: Final = Duration.seconds(60)
_SCALE_IN_COOLDOWN: Final = Duration.minutes(5)


class QueryService(Construct):
    """Tasks of the query API in two zones, with automatic scaling and rollback.

    Attributes:
        service: the ECS service.
        load_balancer: the load balancer in front of it.
        console: its listener for people; None if the configuration has no sign-in.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: Network,
        table: dynamodb.ITable,
        image: ecs.ContainerImage,
        query_function: lambda_.IFunction | None = None,
    ) -> None:
        """Create the service.

        Args:
            table: the read model.
            query_function: the query Lambda; None if the tasks query the read model themselves.
        """
        super().__init__(scope, construct_id)
        self.load_balancer = QueryLoadBalancer(self, "Front", config=config, network=network)
        self.console = self._create_console(config)
        task_definition = create_task_definition(
            self, config=config, image=image, table=table, query_function=query_function
        )
        self.service = self._create_service(config, network, task_definition)
        allow_through_endpoints(network, table, query_function)
        # Without the endpoints, the first task can pull no image and write no log.
        self.service.node.add_dependency(network)
        self.load_balancer.target_group.add_target(self.service)
        self._scale(config)

    def roll_back_on(self, alarms: Sequence[cloudwatch.IAlarm]) -> None:
        """Roll a deployment back when one of these alarms goes off.

        Args:
            alarms: on metrics of the load balancer. An alarm on a metric of the service itself
                would be a circular dependency.
        """
        self.service.enable_deployment_alarms(
            [alarm.alarm_name for alarm in alarms],
            behavior=ecs.AlarmBehavior.ROLLBACK_ON_ALARM,
        )

    def _create_console(self, config: Config) -> ConsoleListener | None:
        if config.console is None:
            return None
        return ConsoleListener(
            self,
            "Console",
            console=config.console,
            load_balancer=self.load_balancer,
        )

    def _create_service(
        self, config: Config, network: Network, task_definition: ecs.FargateTaskDefinition
    ) -> ecs.FargateService:
        return ecs.FargateService(
            self,
            "Service",
            service_name=config.prefix(SERVICE_NAME),
            cluster=self._create_cluster(config, network),
            task_definition=task_definition,
            # Without a number, ECS creates one task, which scaling raises to its minimum, and an
            # update keeps the number that runs. With one, an update under load scales in to it.
            # https://github.com/aws/aws-cdk/pull/13130
            desired_count=config.desired_tasks,
            min_healthy_percent=100,
            max_healthy_percent=200,
            availability_zone_rebalancing=ecs.AvailabilityZoneRebalancing.ENABLED,
            circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
            health_check_grace_period=_GRACE_PERIOD,
            assign_public_ip=False,
            vpc_subnets=network.subnets,
            security_groups=[self._create_security_group(network)],
            propagate_tags=ecs.PropagatedTagSource.SERVICE,
            enable_ecs_managed_tags=True,
            cloud_map_options=ecs.CloudMapOptions(
                name=SERVICE_NAME,
                cloud_map_namespace=self.load_balancer.namespace,
                dns_record_type=cloudmap.DnsRecordType.A,
                dns_ttl=Duration.seconds(10),
            ),
        )

    def _create_cluster(self, config: Config, network: Network) -> ecs.Cluster:
        return ecs.Cluster(
            self,
            "Cluster",
            cluster_name=config.prefix(CLUSTER_NAME),
            vpc=network.vpc,
            # Only Container Insights counts running and desired tasks.
            container_insights_v2=ecs.ContainerInsights.ENABLED,
        )

    def _create_security_group(self, network: Network) -> ec2.SecurityGroup:
        security_group = network.create_security_group("QueryService", "Tasks of the query service")
        network.allow_to_services(security_group)
        return security_group

    def _scale(self, config: Config) -> None:
        tasks = self.service.auto_scale_task_count(
            min_capacity=config.min_tasks, max_capacity=config.max_tasks
        )
        tasks.scale_on_cpu_utilization(
            "Cpu",
            target_utilization_percent=_CPU_TARGET_PERCENT,
            scale_out_cooldown=_SCALE_OUT_COOLDOWN,
            scale_in_cooldown=_SCALE_IN_COOLDOWN,
        )
        tasks.scale_on_request_count(
            "Requests",
            # The metric is a sum per minute.
            requests_per_target=REQUESTS_PER_TASK_PER_S * 60,
            target_group=self.load_balancer.target_group,
            scale_out_cooldown=_SCALE_OUT_COOLDOWN,
            scale_in_cooldown=_SCALE_IN_COOLDOWN,
        )

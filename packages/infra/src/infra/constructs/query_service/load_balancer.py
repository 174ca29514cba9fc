"""The internal load balancer of the Query Service and its private DNS zone."""

from typing import Final, cast

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_servicediscovery as cloudmap
from constructs import Construct

from infra.config.model import Config
from infra.constructs.log_group import LOG_DAYS
from infra.constructs.network.network import Network

ZONE: Final = "query-service.local"
_ALB_NAME: Final = "internal-alb"
SERVICE_PORT: Final = 8000

# The service keeps idle connections for 75 s. The load balancer must close them first: otherwise it
# sends a request into a connection that is being closed, and returns 502.
_IDLE_TIMEOUT: Final = Duration.seconds(60)
# A request ends within 0.4 s. A task gets SIGTERM after this delay; then its stop timeout runs.
_DEREGISTRATION_DELAY: Final = Duration.seconds(20)
# TLS 1.3, or 1.2 with forward secrecy.
TLS_POLICY: Final = elbv2.SslPolicy.RECOMMENDED_TLS


class QueryLoadBalancer(Construct):
    """An internal application load balancer in a private zone of its own.

    Attributes:
        alb: the load balancer; nothing may connect to it until `allow_from`.
        listener: HTTPS if the configuration has a certificate, otherwise HTTP.
        target_group: the registered tasks.
        namespace: the private zone; tasks register in it too.
        base_url: scheme and host of requests to it, without a trailing slash.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, network: Network
    ) -> None:
        super().__init__(scope, construct_id)
        self.alb = self._create_load_balancer(config, network)
        self.target_group = self._create_target_group(network)
        self.listener = self._create_listener(config)
        zone = config.prefix(ZONE)
        self.namespace = self._create_namespace(zone, network)
        self._register(self.namespace, config)
        # TLS checks the name in the certificate. The gateway finds the load balancer by its ARN, so
        # the name needs no DNS record.
        self.base_url = (
            f"https://{config.certificate_domain}"
            if config.certificate_arn
            else f"http://{_ALB_NAME}.{zone}"
        )

    def _create_load_balancer(
        self, config: Config, network: Network
    ) -> elbv2.ApplicationLoadBalancer:
        load_balancer = elbv2.ApplicationLoadBalancer(
            self,
            "LoadBalancer",
            vpc=network.vpc,
            vpc_subnets=network.subnets,
            internet_facing=False,
            security_group=network.create_security_group(
                "LoadBalancer", "Load balancer of the query service"
            ),
            deletion_protection=config.deletion_protection,
            drop_invalid_header_fields=True,
            # In the strictest mode the load balancer rejects requests of API Gateway with 400.
            # https://repost.aws/knowledge-center/api-gateway-private-integration-errors
            desync_mitigation_mode=elbv2.DesyncMitigationMode.DEFENSIVE,
            idle_timeout=_IDLE_TIMEOUT,
        )
        load_balancer.log_access_logs(self._create_log_bucket(config), prefix="query-service")
        return load_balancer

    def _create_log_bucket(self, config: Config) -> s3.Bucket:
        return s3.Bucket(
            self,
            "AccessLogs",
            # The only encryption that load balancers support for access logs.
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(expiration=Duration.days(config.log_retention_days or LOG_DAYS))
            ],
            # Kept also if the creation of the stack fails: it has a generated name, CloudFormation
            # deletes no bucket with objects, and the load balancer writes a test file at once.
            # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
            removal_policy=RemovalPolicy.RETAIN,
        )

    def _create_target_group(self, network: Network) -> elbv2.ApplicationTargetGroup:
        return elbv2.ApplicationTargetGroup(
            self,
            "Tasks",
            vpc=network.vpc,
            target_type=elbv2.TargetType.IP,
            # TLS ends here, for the reasons in decision 0021.
            protocol=elbv2.ApplicationProtocol.HTTP,
            port=SERVICE_PORT,
            deregistration_delay=_DEREGISTRATION_DELAY,
            load_balancing_algorithm_type=elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
            # Liveness only: a throttling DynamoDB must not take every task out of service. ECS also
            # stops a task that is unhealthy here, so a busy one gets 50 s. Its response is exempt
            # from the limit on requests in flight and waits only for the event loop.
            health_check=elbv2.HealthCheck(
                path="/health",
                healthy_http_codes="200",
                interval=Duration.seconds(10),
                timeout=Duration.seconds(8),
                healthy_threshold_count=2,
                unhealthy_threshold_count=5,
            ),
        )

    def _create_listener(self, config: Config) -> elbv2.ApplicationListener:
        if config.certificate_arn is None:
            return self.alb.add_listener(
                "Http", port=80, open=False, default_target_groups=[self.target_group]
            )
        certificate = acm.Certificate.from_certificate_arn(
            self, "Certificate", config.certificate_arn
        )
        return self.alb.add_listener(
            "Https",
            port=443,
            open=False,
            certificates=[certificate],
            ssl_policy=TLS_POLICY,
            default_target_groups=[self.target_group],
        )

    def _create_namespace(self, zone: str, network: Network) -> cloudmap.PrivateDnsNamespace:
        """Create the zone with Cloud Map: a VPC takes one zone per name, and tasks register too."""
        return cloudmap.PrivateDnsNamespace(
            self, "Zone", name=zone, vpc=network.vpc, description="Names of the query service"
        )

    def _register(self, namespace: cloudmap.PrivateDnsNamespace, config: Config) -> None:
        name = namespace.create_service(
            "Name",
            name=_ALB_NAME,
            description="Load balancer of the query service",
            load_balancer=True,
            dns_record_type=cloudmap.DnsRecordType.A,
            dns_ttl=Duration.seconds(60),
        )
        alias = name.register_load_balancer("Alias", self.alb)
        if config.deployment_name:
            # The CDK's id begins with the name of the stack. Cloud Map allows 64 characters.
            # https://docs.aws.amazon.com/cloud-map/latest/api/API_RegisterInstance.html
            instance = cast("cloudmap.CfnInstance", alias.node.default_child)
            instance.instance_id = _ALB_NAME

    def allow_from(self, security_group: ec2.ISecurityGroup) -> None:
        """Allow members of the security group to connect to the listener."""
        self.alb.connections.allow_from(
            security_group, ec2.Port.tcp(self.listener.port), "Requests to the query service"
        )

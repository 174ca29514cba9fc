"""The VPC, created or imported."""

from typing import Final, cast

from aws_cdk import Annotations, CfnResource, Stack
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.model import Config
from infra.config.parts.network import DEFAULT_CIDR
from infra.constructs.log_group import create_log_group

_ZONES: Final = 2
_RESTRICTION_PROVIDER: Final = "Custom::VpcRestrictDefaultSGCustomResourceProvider"
_FLOW_LOG_DAYS: Final = 30
# The CDK wants a zone for each subnet, but puts none into the template of an existing VPC.
_UNKNOWN_ZONES: Final = ["first", "second"]


def create_vpc(scope: Construct, config: Config) -> ec2.Vpc:
    """Create a VPC with two isolated subnets, no internet gateway, and flow logs."""
    vpc = ec2.Vpc(
        scope,
        "Vpc",
        ip_addresses=ec2.IpAddresses.cidr(*config.vpc_cidr or [DEFAULT_CIDR]),
        nat_gateways=0,
        subnet_configuration=[
            ec2.SubnetConfiguration(name="private", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
        ],
        # Nothing here uses the default group, but a new instance would by default. CloudFormation
        # cannot empty it, so a function of the CDK does, whose role may change this group only.
        restrict_default_security_group=True,
        availability_zones=list(config.availability_zones) or None,
        max_azs=None if config.availability_zones else _ZONES,
    )
    _configure_function(scope, config)
    vpc.add_flow_log(
        "FlowLog",
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(
            create_log_group(scope, "FlowLogs", config, default_days=_FLOW_LOG_DAYS)
        ),
    )
    return vpc


def _configure_function(scope: Construct, config: Config) -> None:
    """Give the CDK's function the architecture of the others, and logs that expire."""
    provider = Stack.of(scope).node.find_child(_RESTRICTION_PROVIDER)
    function = cast("CfnResource", provider.node.find_child("Handler"))
    log_group = create_log_group(scope, "RestrictionLogs", config)
    function.add_property_override("Architectures", ["arm64"])
    function.add_property_override("LoggingConfig.LogGroup", log_group.log_group_name)


def import_vpc(scope: Construct, config: Config, vpc_id: str) -> ec2.IVpc:
    """Import the VPC as the configuration describes it; `from_lookup` would need the account."""
    tables = list(config.route_table_ids)
    vpc = ec2.Vpc.from_vpc_attributes(
        scope,
        "Vpc",
        vpc_id=vpc_id,
        availability_zones=_UNKNOWN_ZONES,
        isolated_subnet_ids=list(config.private_subnets),
        isolated_subnet_route_table_ids=(tables * _ZONES)[:_ZONES] or None,
    )
    Annotations.of(vpc).acknowledge_warning(
        "@aws-cdk/aws-ec2:noSubnetRouteTableId",
        "Only gateway endpoints need route tables, and the rules then require them.",
    )
    return vpc

"""The VPC, created or imported."""

from typing import Final

from aws_cdk import Annotations, RemovalPolicy
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.config.model import Config
from infra.config.parts.network import DEFAULT_CIDR

_ZONES: Final = 2
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
        # The CDK empties the default group by a function that may change any group of the account.
        # Nothing here uses the default group.
        restrict_default_security_group=False,
        availability_zones=list(config.availability_zones) or None,
        max_azs=None if config.availability_zones else _ZONES,
    )
    vpc.add_flow_log(
        "FlowLog",
        destination=ec2.FlowLogDestination.to_cloud_watch_logs(
            logs.LogGroup(
                scope,
                "FlowLogs",
                retention=logs.RetentionDays.ONE_MONTH,
                removal_policy=RemovalPolicy.DESTROY,
            )
        ),
    )
    return vpc


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

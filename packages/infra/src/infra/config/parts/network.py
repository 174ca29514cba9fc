"""The network: region, VPC, subnets and endpoints."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, Field

from infra.config.values import (
    AvailabilityZones,
    PrefixListId,
    Region,
    RouteTableIds,
    SecurityGroupId,
    Service,
    Services,
    SubnetId,
    VpcCidrs,
    VpcEndpoints,
    VpcId,
)

DEFAULT_REGION: Final = "ap-southeast-1"
DEFAULT_CIDR: Final = "10.0.0.0/16"

# AWS's own lists, the same in every account (`aws ec2 describe-prefix-lists`).
_PREFIX_LISTS_OF_DEFAULT_REGION: Final = {
    Service.DYNAMODB: "pl-67a5400e",
    Service.S3: "pl-6fa54006",
}


class NetworkVariables(BaseModel):
    """The network: region, VPC, subnets and endpoints."""

    aws_region: Region = Field(default=DEFAULT_REGION, description="Region of both stacks.")
    vpc_id: VpcId | None = Field(
        default=None, description="Existing VPC; without it, one is created."
    )
    private_subnet_1: SubnetId | None = Field(
        default=None, description="Private subnet of the existing VPC in one zone."
    )
    private_subnet_2: SubnetId | None = Field(
        default=None, description="Private subnet in another zone."
    )
    availability_zones: AvailabilityZones = Field(
        default=(),
        description="Zones of a new VPC, `first,second`; by default the region's first two.",
    )
    vpc_cidr: VpcCidrs = Field(
        default=(),
        description=f"Address range of a new VPC, by default `{DEFAULT_CIDR}`; all ranges of an "
        "existing one, `first,second`, which the created interface endpoints admit.",
    )
    create_endpoints: Services = Field(
        default=(),
        description="Endpoints to create in an existing VPC, such as `ecr.api,ecr.dkr,logs`; "
        "they then serve its other workloads too. A new VPC gets all.",
    )
    route_table_ids: RouteTableIds = Field(
        default=(),
        description="Route tables of the subnets, for the endpoints `dynamodb` and `s3` of "
        "CREATE_ENDPOINTS.",
    )
    existing_endpoints: VpcEndpoints = Field(
        default={},
        description="Interface endpoints that the VPC already has: `ecr.api=vpce-…,logs=vpce-…`.",
    )
    endpoint_security_group_id: SecurityGroupId | None = Field(
        default=None, description="Security group of the existing interface endpoints."
    )
    dynamodb_prefix_list_id: PrefixListId | None = Field(
        default=None,
        description="AWS's prefix list of DynamoDB; required outside `ap-southeast-1` if tasks "
        "use only endpoints.",
    )
    s3_prefix_list_id: PrefixListId | None = Field(
        default=None, description="AWS's prefix list of S3; required likewise."
    )

    @property
    def private_subnets(self) -> tuple[str, ...]:
        """Subnets of an existing VPC."""
        return tuple(each for each in (self.private_subnet_1, self.private_subnet_2) if each)

    @property
    def prefix_list_ids(self) -> Mapping[Service, str]:
        """AWS's prefix lists of the addresses behind the gateway endpoints."""
        configured = {
            Service.DYNAMODB: self.dynamodb_prefix_list_id,
            Service.S3: self.s3_prefix_list_id,
        }
        known = _PREFIX_LISTS_OF_DEFAULT_REGION if self.aws_region == DEFAULT_REGION else {}
        return known | {service: each for service, each in configured.items() if each}

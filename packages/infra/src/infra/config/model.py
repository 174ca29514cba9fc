"""What differs between deployments. Passed explicitly; `config_source` reads it.

Nothing here asks AWS: what a deployment needs to know of an account is told, not looked up.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from infra.config.values import (
    AvailabilityZones,
    CertificateArn,
    Concurrency,
    DomainName,
    EmailAddress,
    ImageDigest,
    PrefixListId,
    Region,
    Repository,
    RouteTableIds,
    SecurityGroupId,
    Service,
    StreamArn,
    SubnetId,
    TableName,
    TaskCount,
    VpcCidr,
    VpcEndpointIds,
    VpcEndpoints,
    VpcId,
)

DEFAULT_REGION: Final = "ap-southeast-1"

# A region's lists are AWS's own and the same in every account (`aws ec2 describe-prefix-lists`).
_PREFIX_LISTS_OF_DEFAULT_REGION: Final = {
    Service.DYNAMODB: "pl-67a5400e",
    Service.S3: "pl-6fa54006",
}


class Config(BaseModel):
    """One deployment. A field is set by the variable of its name in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    aws_region: Region = Field(default=DEFAULT_REGION, description="Region of everything.")
    vpc_id: VpcId | None = Field(
        default=None, description="An existing VPC; without it, one is created."
    )
    private_subnet_1: SubnetId | None = Field(
        default=None, description="The existing VPC's private subnet in one zone."
    )
    private_subnet_2: SubnetId | None = Field(
        default=None, description="Its private subnet in another zone."
    )
    availability_zones: AvailabilityZones = Field(
        default=(),
        description="The zones of these subnets, `first,second`; for a VPC that is created, the "
        "region's first two unless told.",
    )
    route_table_ids: RouteTableIds = Field(
        default=(), description="The subnets' route tables, which get the gateway endpoints."
    )
    vpc_cidr: VpcCidr = Field(
        default="10.0.0.0/16", description="Addresses of a VPC that is created."
    )
    existing_endpoints: VpcEndpoints = Field(
        default={},
        description="Endpoints that the VPC has already, which are not created: "
        "`logs=vpce-…,s3=vpce-…`.",
    )
    endpoint_security_group_id: SecurityGroupId | None = Field(
        default=None, description="Security group of the existing interface endpoints."
    )
    dynamodb_prefix_list_id: PrefixListId | None = Field(
        default=None, description="AWS's prefix list of DynamoDB, for another region."
    )
    s3_prefix_list_id: PrefixListId | None = Field(
        default=None, description="AWS's prefix list of S3, for another region."
    )
    caller_vpc_endpoint_ids: VpcEndpointIds = Field(
        default=(), description="More `execute-api` endpoints, of other VPCs, that may call."
    )
    certificate_arn: CertificateArn | None = Field(
        default=None, description="Certificate of the load balancer; without it, it speaks HTTP."
    )
    certificate_domain: DomainName | None = Field(
        default=None, description="A name in that certificate, which the gateway checks."
    )
    iam_authorization: bool = Field(
        default=False, description="Take requests signed with IAM credentials only."
    )
    desired_tasks: TaskCount = Field(default=2, description="Tasks at first.")
    min_tasks: TaskCount = Field(default=2, description="Tasks at least.")
    max_tasks: TaskCount = Field(default=10, description="Tasks at most.")
    image_repository: Repository | None = Field(
        default=None,
        description="ECR repository of the service's image; without it, the image is built.",
    )
    image_digest: ImageDigest | None = Field(
        default=None, description="The image in that repository."
    )
    query_backend: Literal["dynamodb", "lambda"] = Field(
        default="dynamodb", description="What the service asks: DynamoDB, or the query Lambda."
    )
    cache_ttl_seconds: Annotated[int, Field(ge=0, le=30)] = Field(
        default=0, description="How long the gateway keeps answers; 0 keeps none."
    )
    processor_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the stream processor."
    )
    query_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the query Lambda."
    )
    ttl_deletes: Literal["delete", "keep"] = Field(
        default="delete", description="What becomes of the rows of expired command records."
    )
    command_table_name: TableName | None = Field(
        default=None, description="An existing command table; without it, one is created."
    )
    command_stream_arn: StreamArn | None = Field(
        default=None, description="Its stream of new and old images."
    )
    alarm_email: EmailAddress | None = Field(
        default=None, description="Address that alarms are sent to."
    )

    @property
    def private_subnets(self) -> tuple[str, ...]:
        """The subnets of an existing VPC, in the order of `availability_zones`."""
        return tuple(each for each in (self.private_subnet_1, self.private_subnet_2) if each)

    @property
    def prefix_list_ids(self) -> Mapping[Service, str]:
        """AWS's prefix lists, which stand for the addresses behind the gateway endpoints."""
        told = {
            Service.DYNAMODB: self.dynamodb_prefix_list_id,
            Service.S3: self.s3_prefix_list_id,
        }
        known = _PREFIX_LISTS_OF_DEFAULT_REGION if self.aws_region == DEFAULT_REGION else {}
        return known | {service: each for service, each in told.items() if each}

"""The configuration of a deployment; `source` reads it.

Nothing is looked up in the AWS account: what a deployment needs to know of it is configured.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from infra.config.console import Console
from infra.config.values import (
    ApIds,
    AvailabilityZones,
    CertificateArn,
    Concurrency,
    DomainName,
    EmailAddress,
    ImageDigest,
    Percent,
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
from notification_models.schema import NOTIFICATION_RECORDS

DEFAULT_REGION: Final = "ap-southeast-1"
CONSOLE_PREFIX: Final = "CONSOLE_"

# AWS's own lists, the same in every account (`aws ec2 describe-prefix-lists`).
_PREFIX_LISTS_OF_DEFAULT_REGION: Final = {
    Service.DYNAMODB: "pl-67a5400e",
    Service.S3: "pl-6fa54006",
}


class Config(BaseModel):
    """A deployment; `list_variables` says which variable sets which field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
        description="Zones of the subnets, `first,second`; for a new VPC by default the region's "
        "first two.",
    )
    route_table_ids: RouteTableIds = Field(
        default=(), description="Route tables of the subnets, which get the gateway endpoints."
    )
    vpc_cidr: VpcCidr = Field(default="10.0.0.0/16", description="Address range of a new VPC.")
    existing_endpoints: VpcEndpoints = Field(
        default={},
        description="Endpoints that the VPC already has: `logs=vpce-…,s3=vpce-…`.",
    )
    endpoint_security_group_id: SecurityGroupId | None = Field(
        default=None, description="Security group of the existing interface endpoints."
    )
    dynamodb_prefix_list_id: PrefixListId | None = Field(
        default=None,
        description="AWS's prefix list of DynamoDB; required outside `ap-southeast-1`.",
    )
    s3_prefix_list_id: PrefixListId | None = Field(
        default=None, description="AWS's prefix list of S3; required outside `ap-southeast-1`."
    )
    caller_vpc_endpoint_ids: VpcEndpointIds = Field(
        default=(), description="`execute-api` endpoints of other VPCs that may also call."
    )
    certificate_arn: CertificateArn | None = Field(
        default=None,
        description="Certificate of the load balancer; without it, the listener uses HTTP.",
    )
    certificate_domain: DomainName | None = Field(
        default=None, description="A name in that certificate, which the gateway checks."
    )
    iam_authorization: bool = Field(
        default=False, description="Accept only requests signed with IAM credentials."
    )
    desired_tasks: TaskCount = Field(default=2, description="Initial number of tasks.")
    min_tasks: TaskCount = Field(default=2, description="Minimum number of tasks.")
    max_tasks: TaskCount = Field(default=10, description="Maximum number of tasks.")
    image_repository: Repository | None = Field(
        default=None,
        description="ECR repository of the service's image; without it, the image is built.",
    )
    image_digest: ImageDigest | None = Field(
        default=None, description="Digest of the image in that repository."
    )
    query_backend: Literal["dynamodb", "lambda"] = Field(
        default="dynamodb", description="What the service queries: DynamoDB, or the query Lambda."
    )
    cache_ttl_seconds: Annotated[int, Field(ge=0, le=30)] = Field(
        default=0, description="How long the gateway caches responses; 0 disables the cache."
    )
    processor_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the stream processor."
    )
    query_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the query Lambda."
    )
    ttl_deletes: Literal["delete", "keep"] = Field(
        default="delete", description="Whether rows of expired command records are deleted."
    )
    command_table_name: TableName | None = Field(
        default=None, description="Existing command table; without it, one is created."
    )
    command_stream_arn: StreamArn | None = Field(
        default=None, description="Its stream of new and old images."
    )
    read_table_name: TableName = Field(
        default=NOTIFICATION_RECORDS.name,
        description="Name of the read model's table; another table of that name stops the first "
        "deployment.",
    )
    alarm_email: EmailAddress | None = Field(default=None, description="Email address for alarms.")
    max_failure_percent: Percent = Field(
        default=20, description="Percentage of failed notifications that sets off an alarm."
    )
    metrics_by_ap: Literal["on", "off"] = Field(
        default="on",
        description="Whether notifications are counted by AP and status, which the alarms on "
        "failures need.",
    )
    watched_ap_ids: ApIds = Field(
        default=(),
        description="APs with an alarm of their own on failed notifications, `first,second`; at "
        "most 20.",
    )
    console: Console | None = Field(default=None, description="The console with sign-in.")

    @property
    def private_subnets(self) -> tuple[str, ...]:
        """Subnets of an existing VPC, in the order of `availability_zones`."""
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


def list_variables() -> Iterator[tuple[str, FieldInfo]]:
    """List the variables and the fields that they set; those of `console` have its prefix."""
    for name, field in Config.model_fields.items():
        if name != "console":
            yield name.upper(), field
    for name, field in Console.model_fields.items():
        yield f"{CONSOLE_PREFIX}{name.upper()}", field

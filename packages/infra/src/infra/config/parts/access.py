"""Who may call the API, and how connections to it are protected."""

from pydantic import BaseModel, Field

from infra.config.values import CertificateArn, DomainName, VpcEndpointIds


class AccessVariables(BaseModel):
    """Who may call the API, and how connections to it are protected."""

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

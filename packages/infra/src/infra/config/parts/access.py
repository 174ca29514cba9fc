"""Who may call the API, and how connections to it are protected."""

from pydantic import BaseModel, Field

from infra.config.values import AccountIds, CertificateArn, DomainName, VpcEndpointIds


class AccessVariables(BaseModel):
    """Who may call the API, and how connections to it are protected."""

    caller_vpc_endpoint_ids: VpcEndpointIds = Field(
        default=(), description="`execute-api` endpoints of other VPCs that may also call."
    )
    other_account_vpc_endpoint_ids: VpcEndpointIds = Field(
        default=(),
        description="`execute-api` endpoints of other accounts that may also call; API Gateway "
        "creates no name for them.",
    )
    caller_account_ids: AccountIds = Field(
        default=(),
        description="Other accounts whose roles may call, `first,second`; their own policies must "
        "allow it too.",
    )
    certificate_arn: CertificateArn | None = Field(
        default=None, description="Certificate of the load balancer; required without `ALLOW_HTTP`."
    )
    certificate_domain: DomainName | None = Field(
        default=None, description="A name in that certificate, which the gateway checks."
    )
    allow_http: bool = Field(
        default=False,
        description="Waive TLS between gateway and load balancer, which then needs no certificate.",
    )
    iam_authorization: bool = Field(
        default=True,
        description="Accept only requests signed with IAM credentials; `false` admits whoever "
        "reaches the endpoint, and serves the console there.",
    )

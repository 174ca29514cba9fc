"""The configuration of the console with sign-in, which a deployment may have.

Without it, people use the console through the gateway, like any caller in the VPC.
"""

from pydantic import BaseModel, ConfigDict, Field

from infra.config.values import (
    CertificateArn,
    ClientId,
    DomainName,
    HttpsUrl,
    PrefixListId,
    PrivateCidrs,
    SecretArn,
    SecretVersion,
)


class Console(BaseModel):
    """The host of the console and its sign-in provider (OpenID Connect)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: DomainName = Field(description="Host name of the console with sign-in.")
    certificate_arn: CertificateArn = Field(
        description="Certificate with that name, which browsers trust."
    )
    cidrs: PrivateCidrs = Field(
        description="Private address ranges that may connect to it, `first,second`."
    )
    oidc_issuer: HttpsUrl = Field(description="Issuer of the sign-in provider (OpenID Connect).")
    oidc_authorization_endpoint: HttpsUrl = Field(
        description="Its authorization endpoint, which browsers reach."
    )
    oidc_token_endpoint: HttpsUrl = Field(
        description="Its token endpoint, which the load balancer reaches."
    )
    oidc_user_info_endpoint: HttpsUrl = Field(
        description="Its user info endpoint, which the load balancer reaches."
    )
    oidc_client_id: ClientId = Field(description="Client id of the console at the provider.")
    oidc_secret_arn: SecretArn = Field(
        description="Secret in Secrets Manager whose whole text is the client secret."
    )
    oidc_secret_version: SecretVersion = Field(
        description="Version id of that secret; another one deploys a rotated secret."
    )
    oidc_prefix_list_id: PrefixListId = Field(
        description="Prefix list of the addresses of the token and user info endpoints."
    )

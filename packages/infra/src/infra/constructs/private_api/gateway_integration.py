"""The gateway's integration with the load balancer: a VPC link, no network load balancer.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-private-integration.html
"""

import re
from typing import Final, cast

from aws_cdk import Duration
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from infra.config.model import Config
from infra.config.parts.access import AccessVariables
from infra.config.parts.network import NetworkVariables
from infra.constructs.network.network import Network
from infra.constructs.query_service.load_balancer import QueryLoadBalancer

# The service responds within 0.4 s, with an error if it must.
INTEGRATION_TIMEOUT: Final = Duration.seconds(2)

_PARAMETER: Final = re.compile(r"\{(\w+)\+?\}")


class GatewayIntegration(Construct):
    """A VPC link to the load balancer.

    Attributes:
        vpc_link: the link.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        network: Network,
        load_balancer: QueryLoadBalancer,
    ) -> None:
        super().__init__(scope, construct_id)
        self._load_balancer = load_balancer
        security_group = network.create_security_group(
            "VpcLink", "From the API to the load balancer"
        )
        load_balancer.allow_from(security_group)
        link = apigatewayv2.VpcLink(
            self,
            "Link",
            vpc_link_name=config.prefix("query-service"),
            vpc=network.vpc,
            subnets=network.subnets,
            security_groups=[security_group],
        )
        self.vpc_link = apigateway.VpcLink.from_vpc_link_id(self, "RestLink", link.vpc_link_id)

    def locate(self, path: str) -> str:
        """Return the URI of a path of the service; its host is checked by TLS, not resolved."""
        return f"{self._load_balancer.base_url}/{path}"

    def create_proxy(self, method: str, path: str) -> apigateway.Integration:
        """Create an integration that passes requests and responses on unchanged."""
        return apigateway.Integration(
            type=apigateway.IntegrationType.HTTP_PROXY,
            integration_http_method=method,
            uri=self.locate(_PARAMETER.sub(r"{\1}", path)),
            options=apigateway.IntegrationOptions(
                connection_type=apigateway.ConnectionType.VPC_LINK,
                vpc_link=self.vpc_link,
                timeout=INTEGRATION_TIMEOUT,
                request_parameters={
                    f"integration.request.path.{name}": _locate(name)
                    for name in _PARAMETER.findall(path)
                }
                or None,
            ),
        )

    def set_integration_target(self, method: apigateway.Method) -> None:
        """Set the load balancer as the method's target, which the CDK's VPC link cannot name."""
        resource = cast("apigateway.CfnMethod", method.node.default_child)
        resource.add_property_override(
            "Integration.IntegrationTarget", self._load_balancer.alb.load_balancer_arn
        )

    def add_to_deployment(self, deployment: apigateway.Deployment, config: Config) -> None:
        """Create a new deployment when something that a deployment refers to is replaced.

        A stage keeps the VPC link and the endpoints that its deployment was created with. The CDK's
        hash sees only references, which stay the same when CloudFormation replaces a resource. So
        the hash also gets what decides on a replacement: a VPC link's subnets and security groups
        cannot be changed, nor can the VPC of an endpoint.
        Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
        """
        load_balancer = self._load_balancer.alb
        resource = cast("elbv2.CfnLoadBalancer", load_balancer.node.default_child)
        names = {*NetworkVariables.model_fields, *AccessVariables.model_fields}
        deployment.add_to_logical_id(
            {
                # The target is an override, which the CDK's hash does not see at all.
                "target": [load_balancer.load_balancer_arn, resource.scheme],
                "variables": config.model_dump(mode="json", include=names),
            }
        )


def declare_path_parameters(path: str) -> dict[str, bool] | None:
    """Declare the parameters of a path, for `add_method`."""
    return {_locate(name): True for name in _PARAMETER.findall(path)} or None


def _locate(parameter: str) -> str:
    return f"method.request.path.{parameter}"

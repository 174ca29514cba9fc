"""The private REST API in front of the Query Service: routes, callers, validation, limits."""

from collections.abc import Sequence
from itertools import product
from typing import Any, Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from infra.config.model import Config
from infra.constructs.network.network import Network
from infra.constructs.private_api.cached_queries import (
    create_cached_integration,
    create_cached_method_options,
)
from infra.constructs.private_api.caller_access import (
    create_caller_policy,
    create_resource_policy,
)
from infra.constructs.private_api.gateway_integration import (
    GatewayIntegration,
    declare_path_parameters,
)
from infra.constructs.private_api.gateway_problems import (
    NOT_FOUND,
    PROBLEMS,
    UNSIGNED,
    add_gateway_problem,
)
from infra.constructs.private_api.gateway_stage import create_stage_options, keep_execution_log
from infra.constructs.private_api.routes import (
    BROWSER_PATHS,
    LEGACY_PATHS,
    QUERIES,
    READ_METHODS,
    READ_PATHS,
    QueryRoute,
)
from infra.constructs.query_service.load_balancer import QueryLoadBalancer

API_NAME: Final = "query-service"


class PrivateApi(Construct):
    """Every route of the service at one stage, for callers in the VPC.

    Attributes:
        api: the REST API.
        caller_policy: allows a role to call; None without IAM authorization.
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
        self._config = config
        self.api = self._create_api(network)
        self._integration = GatewayIntegration(
            self, "Integration", config=config, network=network, load_balancer=load_balancer
        )
        self._body_validator = self.api.add_request_validator("Body", validate_request_body=True)
        self._parameter_validator = self.api.add_request_validator(
            "Parameters", validate_request_parameters=True
        )
        self._add_routes()
        for problem in (*PROBLEMS, *(UNSIGNED if config.iam_authorization else (NOT_FOUND,))):
            add_gateway_problem(self.api, problem)
        self.caller_policy = (
            create_caller_policy(self, config, self.api) if config.iam_authorization else None
        )
        if self.api.latest_deployment is not None:
            self._integration.add_to_deployment(self.api.latest_deployment, config)

    def _create_api(self, network: Network) -> apigateway.RestApi:
        own_endpoint = network.execute_api_endpoint.vpc_endpoint_id
        named = [own_endpoint, *self._config.caller_vpc_endpoint_ids]
        api = apigateway.RestApi(
            self,
            "Api",
            rest_api_name=self._config.prefix(API_NAME),
            description="Queries for sent notifications",
            endpoint_configuration=apigateway.EndpointConfiguration(
                types=[apigateway.EndpointType.PRIVATE],
                vpc_endpoints=self._import_callers(named),
            ),
            # Neither compression nor binary media types: what the service returns is passed on as
            # it is, with its validators (decision 0022).
            policy=create_resource_policy(
                self, self._config, [*named, *self._config.other_account_vpc_endpoint_ids]
            ),
            default_method_options=apigateway.MethodOptions(
                authorization_type=apigateway.AuthorizationType.IAM
                if self._config.iam_authorization
                else apigateway.AuthorizationType.NONE
            ),
            # An account has one in a region, which serves the APIs of everybody.
            cloud_watch_role=self._config.api_log_role,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN
            if self._config.api_log_role
            else None,
            deploy_options=create_stage_options(self, self._config),
        )
        # An output with the name that resolves only with private DNS; `ApiUrl` needs none.
        api.node.try_remove_child("Endpoint")
        keep_execution_log(self, self._config, api)
        return api

    def _import_callers(self, endpoint_ids: Sequence[str]) -> list[ec2.IVpcEndpoint]:
        """Import endpoints for which API Gateway creates a name, `<api id>-<endpoint id>.…`."""
        return [
            ec2.InterfaceVpcEndpoint.from_interface_vpc_endpoint_attributes(
                self, f"Caller{index}", vpc_endpoint_id=endpoint_id, port=443
            )
            for index, endpoint_id in enumerate(endpoint_ids)
        ]

    def _add_routes(self) -> None:
        for route in QUERIES:
            self._add_query(route)
            if self._config.cache_ttl_seconds:
                self._add_cached_query(route)
        for path in LEGACY_PATHS:
            self._add_method("POST", path, self._integration.create_proxy("POST", path))
        # A browser signs nothing: with IAM authorization a page would load, and no query of it.
        pages = () if self._config.iam_authorization else BROWSER_PATHS
        for method, path in product(READ_METHODS, (*READ_PATHS, *pages)):
            self._add_method(
                method,
                path,
                self._integration.create_proxy(method, path),
                request_parameters=declare_path_parameters(path),
            )

    def _add_query(self, route: QueryRoute) -> None:
        self._add_method(
            "POST",
            route.path,
            self._integration.create_proxy("POST", route.path),
            request_validator=self._body_validator,
            request_models={"application/json": self._create_model(route)},
        )

    def _create_model(self, route: QueryRoute) -> apigateway.Model:
        """Require only an object and the id. The service validates the rest, field by field."""
        text = apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING, min_length=1)
        required = {route.id_field: text} if route.has_required_id else {}
        return self.api.add_model(
            route.path.title().replace("/", ""),
            content_type="application/json",
            schema=apigateway.JsonSchema(
                schema=apigateway.JsonSchemaVersion.DRAFT4,
                type=apigateway.JsonSchemaType.OBJECT,
                required=[*required] or None,
                properties=required or None,
            ),
        )

    def _add_cached_query(self, route: QueryRoute) -> None:
        self._add_method(
            "GET",
            route.path,
            create_cached_integration(
                route, self._integration.locate(route.path), self._integration.vpc_link
            ),
            request_validator=self._parameter_validator,
            **create_cached_method_options(route),
        )

    def _add_method(
        self,
        method: str,
        path: str,
        integration: apigateway.Integration,
        **options: Any,  # noqa: ANN401 - those of `add_method`
    ) -> None:
        resource = self.api.root.resource_for_path(path)
        self._integration.set_integration_target(
            resource.add_method(method, integration, **options)
        )

"""Who may call the private API: its resource policy, and the permission for callers' roles.

With IAM authorization, a caller of this account needs the permission in a policy of its own, since
the resource policy delegates to the account and allows nobody by name. A caller of another account
needs both: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.config.model import Config
from infra.constructs.private_api.routes import (
    QUERIES,
    SIGNED_ROUTES,
    STAGE,
)

_INVOKE: Final = ["execute-api:Invoke"]


def create_resource_policy(
    scope: Construct, config: Config, endpoint_ids: Sequence[str]
) -> iam.PolicyDocument:
    """Admit only requests through the endpoints; no other policy overrides a deny."""
    every_route: dict[str, Any] = {"actions": _INVOKE, "resources": ["execute-api:/*"]}
    return iam.PolicyDocument(
        statements=[
            iam.PolicyStatement(principals=_list_principals(scope, config), **every_route),
            iam.PolicyStatement(
                effect=iam.Effect.DENY,
                principals=[iam.AnyPrincipal()],
                conditions={"StringNotEquals": {"aws:SourceVpce": [*endpoint_ids]}},
                **every_route,
            ),
        ]
    )


def _list_principals(scope: Construct, config: Config) -> list[iam.IPrincipal]:
    """List whole accounts, whose own policies decide; an allow for everyone would admit them all.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if not config.iam_authorization:
        return [iam.AnyPrincipal()]
    accounts = (Stack.of(scope).account, *config.caller_account_ids)
    return [iam.AccountPrincipal(each) for each in accounts]


def create_caller_policy(
    scope: Construct, config: Config, api: apigateway.RestApi
) -> iam.ManagedPolicy:
    """Create the policy for roles of callers: every route with its method, and nothing else.

    It has no name of its own: names of policies are global, and an account may have a deployment in
    each region.
    """
    cached_queries = QUERIES if config.cache_ttl_seconds else ()
    routes = [*SIGNED_ROUTES, *(("GET", route.path) for route in cached_queries)]
    statement = iam.PolicyStatement(
        actions=_INVOKE,
        resources=[api.arn_for_execute_api(method, f"/{path}", STAGE) for method, path in routes],
    )
    return iam.ManagedPolicy(
        scope,
        "CallerPolicy",
        description="May call the query API",
        statements=[statement],
    )

"""Exemptions from cdk-nag's rules in the stack of the roles that the workflows assume."""

from collections.abc import Iterator
from typing import Final

from infra.config.model import Config
from infra.constructs.private_api.routes import SIGNED_ROUTES, STAGE
from infra.nag.exemptions import Exemption
from infra.names import APPLICATION_STACK, DATA_STACK

_ARN: Final = "arn:aws:{service}:{{region}}:<AWS::AccountId>:{name}"


def list_delivery_exemptions(config: Config) -> Iterator[Exemption]:
    """List the exemptions, which name the resources of the deployment."""
    for stack in (DATA_STACK, APPLICATION_STACK):
        yield _exempt(
            "Diff",
            _ARN.format(service="cloudformation", name=f"stack/{config.prefix(stack)}/*"),
            "CloudFormation chooses the end of a stack's ARN anew whenever it is created.",
        )
    for method, path in SIGNED_ROUTES:
        yield _exempt(
            "Check",
            _ARN.format(service="execute-api", name=f"*/{STAGE}/{method}/{path}"),
            "API Gateway chooses the API's id, after this stack is deployed.",
        )
    yield _exempt("Check", "*", "ListTaskDefinitions supports no resource.")


def _exempt(role: str, resource: str, reason: str) -> Exemption:
    return Exemption(f"{role}Role", f"IAM5[Resource::{resource}]", reason)

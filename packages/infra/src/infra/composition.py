"""Composition root: builds the stacks of a deployment from its configuration."""

from aws_cdk import App, Tags

from infra.config.model import Config
from infra.nag.delivery_exemptions import list_delivery_exemptions
from infra.nag.exemptions import check_against_rules
from infra.names import APPLICATION_STACK, DATA_STACK, DELIVERY_STACK
from infra.stacks.application import ApplicationStack
from infra.stacks.data import DataStack
from infra.stacks.delivery import DeliveryStack


def compose(app: App, config: Config) -> tuple[DataStack, ApplicationStack]:
    """Add both stacks to the app.

    Raises:
        BundlingError: the code of a function could not be bundled.
    """
    data = DataStack(app, config.prefix(DATA_STACK), config=config)
    application = ApplicationStack(app, config.prefix(APPLICATION_STACK), config=config, data=data)
    application.add_stack_dependency(data)
    check_against_rules(app, application)
    _tag(app, config)
    return data, application


def compose_delivery(app: App, config: Config) -> DeliveryStack:
    """Add the stack of the roles that deploy to the app.

    Raises:
        InvalidConfigError: the repository is not configured.
    """
    delivery = DeliveryStack(app, config.prefix(DELIVERY_STACK), config=config)
    check_against_rules(app, delivery, list_delivery_exemptions(config))
    _tag(app, config)
    return delivery


def _tag(app: App, config: Config) -> None:
    """Tag every resource that can have tags."""
    name = {"deployment": config.deployment_name} if config.deployment_name else {}
    for key, value in {"application": "query-service", **name, **config.tags}.items():
        Tags.of(app).add(key, value)

"""Composition root: builds the stacks of a deployment from its configuration."""

from aws_cdk import App, Tags

from infra.config.model import Config
from infra.nag.exemptions import check_against_rules
from infra.names import APPLICATION_STACK, DATA_STACK
from infra.stacks.application import ApplicationStack
from infra.stacks.data import DataStack


def compose(app: App, config: Config) -> tuple[DataStack, ApplicationStack]:
    """Add both stacks to the app.

    Raises:
        BundlingError: the code of a function could not be bundled.
    """
    data = DataStack(app, DATA_STACK, config=config)
    application = ApplicationStack(app, APPLICATION_STACK, config=config, data=data)
    application.add_dependency(data)
    check_against_rules(app, application)
    Tags.of(app).add("application", "query-service")
    return data, application

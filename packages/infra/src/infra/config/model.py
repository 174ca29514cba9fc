"""The configuration of a deployment; `source` reads it.

Nothing is looked up in the AWS account: what a deployment needs to know of it is configured.
"""

from collections.abc import Iterator
from typing import Final

from pydantic import ConfigDict, Field
from pydantic.fields import FieldInfo

from infra.config.parts.access import AccessVariables
from infra.config.parts.console import Console
from infra.config.parts.data import DataVariables
from infra.config.parts.delivery import DeliveryVariables
from infra.config.parts.environment import EnvironmentVariables
from infra.config.parts.network import NetworkVariables
from infra.config.parts.observability import ObservabilityVariables
from infra.config.parts.service import ServiceVariables
from notification_models.embedded_metrics import METRIC_NAMESPACE
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS

CONSOLE_PREFIX: Final = "CONSOLE_"


# Pydantic lists the fields of the last base first.
class Config(
    DeliveryVariables,
    ObservabilityVariables,
    DataVariables,
    ServiceVariables,
    AccessVariables,
    NetworkVariables,
    EnvironmentVariables,
):
    """A deployment; `list_variables` says which variable sets which field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    console: Console | None = Field(default=None, description="The console with sign-in.")

    @property
    def command_table(self) -> str:
        """Name of the command table."""
        return self.command_table_name or self.prefix(COMMAND_RECORDS.name)

    @property
    def metrics_namespace(self) -> str:
        """CloudWatch namespace of the metrics that services and functions emit."""
        return self.prefix(METRIC_NAMESPACE)

    @property
    def read_table(self) -> str:
        """Name of the read model's table."""
        return self.read_table_name or self.prefix(NOTIFICATION_RECORDS.name)


def list_variables() -> Iterator[tuple[str, FieldInfo]]:
    """List the variables and the fields that they set; those of `console` have its prefix."""
    for name, field in Config.model_fields.items():
        if name != "console":
            yield name.upper(), field
    for name, field in Console.model_fields.items():
        yield f"{CONSOLE_PREFIX}{name.upper()}", field

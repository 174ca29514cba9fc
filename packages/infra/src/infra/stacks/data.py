"""The stateful stack, which must outlive every deployment."""

from aws_cdk import CrossStackReferences, Environment, ReferenceStrength, Stack
from constructs import Construct

from infra.config.model import Config
from infra.constructs.tables import create_table
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS


class DataStack(Stack):
    """Both tables.

    Another stack refers to them by name, and to the stream by an output that is not exported:
    CloudFormation deletes no export while a stack imports it, so the stack could not change to an
    imported command table.

    Attributes:
        command_table_name: the senders' table, imported if the configuration names one.
        command_stream_arn: its stream.
        read_table_name: the read model.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query Service: the tables",
            termination_protection=config.deletion_protection,
        )
        self.command_table_name = config.command_table
        self.command_stream_arn = config.command_stream_arn or self._create_command_table(config)
        self.read_table_name = config.read_table
        create_table(
            self,
            "NotificationRecords",
            NOTIFICATION_RECORDS,
            self.read_table_name,
            deletion_protection=config.deletion_protection,
            contributor_insights=config.contributor_insights,
        )

    def _create_command_table(self, config: Config) -> str | None:
        """Create the senders' table and return the ARN of its stream."""
        table = create_table(
            self,
            "CommandRecords",
            COMMAND_RECORDS,
            self.command_table_name,
            deletion_protection=config.deletion_protection,
            contributor_insights=config.contributor_insights,
        )
        CrossStackReferences.of(table).produce(ReferenceStrength.WEAK)
        return table.table_stream_arn

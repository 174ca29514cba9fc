"""The stateful stack, which must outlive every deployment."""

from aws_cdk import Environment, Stack
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.config.model import Config
from infra.constructs.tables import create_table
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS


class DataStack(Stack):
    """Both tables.

    Attributes:
        command_table: the senders' table, imported if the configuration names one.
        read_table: the read model.
    """

    def __init__(self, scope: Construct, construct_id: str, *, config: Config) -> None:
        super().__init__(
            scope,
            construct_id,
            env=Environment(region=config.aws_region),
            description="Query Service: the tables",
            termination_protection=True,
        )
        self.command_table = self._find_command_table(config)
        self.read_table = create_table(
            self, "NotificationRecords", NOTIFICATION_RECORDS, config.read_table_name
        )

    def _find_command_table(self, config: Config) -> dynamodb.ITable:
        if config.command_table_name is None:
            return create_table(self, "CommandRecords", COMMAND_RECORDS, COMMAND_RECORDS.name)
        return dynamodb.Table.from_table_attributes(
            self,
            "CommandRecords",
            table_name=config.command_table_name,
            table_stream_arn=config.command_stream_arn,
        )

"""The role of the people who export and erase personal data."""

from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.constructs.grants import grant_on_table

# The longest that AWS allows: the command table is scanned twice.
_MAX_SESSION: Final = Duration.hours(12)


class PersonalDataRole(Construct):
    """The one role that may delete command records, for `export-user` and `erase-user`.

    The account's own policies decide who may assume it: until one allows it, nobody but an
    administrator can.

    Attributes:
        role: the role.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        command_table: dynamodb.ITable,
        read_table: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = iam.Role(
            self,
            "Role",
            description="Exports and erases a user of the Query Service",
            assumed_by=iam.AccountRootPrincipal(),
            max_session_duration=_MAX_SESSION,
        )
        grant_on_table(
            self.role, command_table, "DescribeTable", "Scan", "BatchGetItem", "DeleteItem"
        )
        grant_on_table(self.role, read_table, "DescribeTable", "Query", "BatchGetItem", "PutItem")

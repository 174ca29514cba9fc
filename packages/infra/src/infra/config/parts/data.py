"""The tables and the stream processor."""

from typing import Literal

from pydantic import BaseModel, Field

from infra.config.values import Concurrency, KeyArn, StreamArn, TableName
from notification_models.schema import NOTIFICATION_RECORDS


class DataVariables(BaseModel):
    """The tables and the stream processor."""

    command_table_name: TableName | None = Field(
        default=None, description="Existing command table; without it, one is created."
    )
    command_stream_arn: StreamArn | None = Field(
        default=None, description="Its stream of new and old images."
    )
    command_table_key_arn: KeyArn | None = Field(
        default=None, description="Customer managed key of that table, if it has one."
    )
    read_table_name: TableName | None = Field(
        default=None,
        description=f"Name of the read model's table, by default `{NOTIFICATION_RECORDS.name}`; "
        "another table of that name stops the first deployment.",
    )
    contributor_insights: bool = Field(
        default=False,
        description="Show the keys that DynamoDB throttles in CloudWatch, in plain text: ids of "
        "users and notifications.",
    )
    ttl_deletes: Literal["delete", "keep"] = Field(
        default="delete", description="Whether rows of expired command records are deleted."
    )
    processor_reserved_concurrency: Concurrency | None = Field(
        default=None, description="Concurrency reserved for the stream processor."
    )

"""The command record of a trial, and where it is written."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.names import TRIAL_PREFIX
from notification_models import CommandRecord, Platform, Status, encode_command_record
from trials.deployed.exceptions import RecordRefusedError, TrialError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_MS_PER_S: Final = 1000
_SERVER_ERROR: Final = 500


def create_record() -> CommandRecord:
    """Create a record whose ids no other has, not even one of another trial.

    Its status is DELIVERED, so that it counts as no failure in metrics and alarms.
    """
    unique = f"{TRIAL_PREFIX}{uuid.uuid4().hex}"
    return CommandRecord(
        transaction_id=unique,
        created_at=int(time.time() * _MS_PER_S),
        user_id=unique,
        marketing_id=unique,
        notification_title="trial of a deployment",
        status=Status.DELIVERED,
        platform=Platform.WEBPUSH,
    )


@dataclass(frozen=True, slots=True)
class CommandTable:
    """The deployment's command table."""

    dynamodb: "DynamoDBClient"
    name: str

    def put(self, record: CommandRecord) -> None:
        """Write a record.

        Raises:
            RecordRefusedError: DynamoDB refused it.
            TrialError: the write failed; the record may have arrived.
        """
        try:
            self.dynamodb.put_item(TableName=self.name, Item=encode_command_record(record))
        except (BotoCoreError, ClientError) as error:
            kind = RecordRefusedError if _is_refusal(error) else TrialError
            raise kind(f"{record.transaction_id} was not written: {error}") from error

    def delete(self, record: CommandRecord) -> None:
        """Delete a record; raises `TrialError` with the command that deletes it otherwise."""
        key = {
            "transaction_id": {"S": record.transaction_id},
            "created_at": {"N": str(record.created_at)},
        }
        try:
            self.dynamodb.delete_item(TableName=self.name, Key=key)
        except (BotoCoreError, ClientError) as error:
            raise TrialError(
                f"{record.transaction_id} was not deleted: {error}\n"
                f"delete it: aws dynamodb delete-item --table-name {self.name} --key "
                f"'{json.dumps(key)}'"
            ) from error


def _is_refusal(error: BotoCoreError | ClientError) -> bool:
    return (
        isinstance(error, ClientError)
        and error.response["ResponseMetadata"]["HTTPStatusCode"] < _SERVER_ERROR
    )

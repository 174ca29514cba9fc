"""A second deployment in the same account and region, under another name."""

import time
from dataclasses import replace
from typing import Final

from infra.names import APPLICATION_STACK, DATA_STACK
from local_stack.demo.sample_data import SAMPLE_RECORDS
from notification_models.codec import encode_command_record
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from trials.deployment.exceptions import RehearsalError
from trials.deployment.scenarios.context import Context
from trials.deployment.scenarios.creation import READ_TABLE

_NAME: Final = "second"
# An empty variable counts as unset.
_OF_THE_FIRST: Final = ("READ_TABLE_NAME", "VPC_ID", "PRIVATE_SUBNET_1", "PRIVATE_SUBNET_2")
_PROJECTION_TIMEOUT_S: Final = 60
_POLL_S: Final = 0.2


def deploy_beside(context: Context) -> None:
    """Deploy under another name and in a new VPC, project a record there, and destroy it."""
    second = replace(context, assembly=context.assembly.with_name(_NAME))
    rows = context.deployed.count_rows(READ_TABLE)
    # It is destroyed at once, so nothing needs protection.
    second.deploy(
        **dict.fromkeys(_OF_THE_FIRST, ""), DEPLOYMENT_NAME=_NAME, DELETION_PROTECTION="false"
    )
    context.deployed.dynamodb.put_item(
        TableName=_prefix(COMMAND_RECORDS.name), Item=encode_command_record(SAMPLE_RECORDS[0])
    )
    _wait_for_row(context, _prefix(NOTIFICATION_RECORDS.name))
    if context.deployed.count_rows(READ_TABLE) != rows:
        raise RehearsalError(f"a record of {_NAME} changed the rows of the first deployment")
    context.report(f"a deployment named {_NAME} beside it projects its own records")
    for stack in (APPLICATION_STACK, DATA_STACK):
        second.destroy(_prefix(stack))
    status = context.deployed.get_status(APPLICATION_STACK)
    if not status.endswith("_COMPLETE"):
        raise RehearsalError(f"without {_NAME}, {APPLICATION_STACK} is in {status}")
    context.report(f"{_NAME} destroyed; the first deployment stayed")


def _prefix(name: str) -> str:
    return f"{_NAME}-{name}"


def _wait_for_row(context: Context, table: str) -> None:
    deadline_s = time.monotonic() + _PROJECTION_TIMEOUT_S
    while not context.deployed.count_rows(table):
        if time.monotonic() > deadline_s:
            context.emulator.fail(f"no row in {table} within {_PROJECTION_TIMEOUT_S} s")
        time.sleep(_POLL_S)

"""The end of a deployment."""

from infra.names import APPLICATION_STACK, DATA_STACK
from notification_models.schema import COMMAND_RECORDS
from trials.deployment.exceptions import RehearsalError
from trials.deployment.scenarios.context import Context
from trials.deployment.scenarios.creation import READ_TABLE, REPLACED_TABLE


def remove(context: Context) -> None:
    """Destroy both stacks; what holds data is kept."""
    context.destroy(APPLICATION_STACK)
    try:
        context.destroy(DATA_STACK)
    except RehearsalError as error:
        if "TerminationProtection" not in str(error):
            raise
    else:
        raise RehearsalError(f"{DATA_STACK} was destroyed, though it is protected")
    context.deployed.unprotect(DATA_STACK)
    context.destroy(DATA_STACK)
    kept = {COMMAND_RECORDS.name, READ_TABLE, REPLACED_TABLE}
    if not kept <= {*context.deployed.list_tables()}:
        raise RehearsalError("the tables did not outlive their stack")
    context.report("destroyed; the tables outlived their protected stack")

"""The first deployment, which fails and is repeated."""

from typing import Final

from infra.names import APPLICATION_STACK, DATA_STACK
from local_stack.emulator.aws_access import REGION
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from trials.deployment.exceptions import RehearsalError
from trials.deployment.refused import MISSING_IMAGE
from trials.deployment.scenarios.context import Context

REPLACED_TABLE: Final = NOTIFICATION_RECORDS.name
"""The table of the replaced system, so the read model gets another name."""

READ_TABLE: Final = f"{NOTIFICATION_RECORDS.name}-v3"
_ACCOUNT: Final = "000000000000"


def create_deployment(context: Context) -> None:
    """Deploy an image that does not exist, then deploy again with one that does."""
    context.programs.run_cdk("bootstrap", f"aws://{_ACCOUNT}/{REGION}")
    context.account.create_replaced_table(REPLACED_TABLE)
    context.report("account bootstrapped")
    try:
        context.deploy(IMAGE_DIGEST=MISSING_IMAGE)
    except RehearsalError as error:
        if "Circuit Breaker" not in str(error):
            raise
    else:
        raise RehearsalError(f"{APPLICATION_STACK} was created, though its image is missing")
    _expect_status(context, APPLICATION_STACK, "ROLLBACK_COMPLETE")
    context.report(f"{DATA_STACK} created; the creation of {APPLICATION_STACK} failed")
    context.deploy()
    _expect_protection(context)
    context.report(f"{APPLICATION_STACK} created by the next attempt, then protected")


def _expect_status(context: Context, stack: str, expected: str) -> None:
    status = context.deployed.get_status(stack)
    if status != expected:
        raise RehearsalError(f"{stack} is in {status}, not in {expected}")


def _expect_protection(context: Context) -> None:
    """Raise if the second deployment of the new stacks did not protect them."""
    deployed = context.deployed
    protected = {
        DATA_STACK: deployed.is_stack_protected(DATA_STACK),
        COMMAND_RECORDS.name: deployed.is_table_protected(COMMAND_RECORDS.name),
        READ_TABLE: deployed.is_table_protected(READ_TABLE),
        "the load balancer": deployed.is_load_balancer_protected(),
    }
    if unprotected := [name for name, is_protected in protected.items() if not is_protected]:
        raise RehearsalError(f"not protected from deletion: {', '.join(unprotected)}")

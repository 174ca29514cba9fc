"""Other settings and another image on deployed stacks, and a rollback of the image."""

from typing import Final

from trials.deployment.exceptions import RehearsalError
from trials.deployment.scenarios.context import Context

_NEXT_DIGEST: Final = f"sha256:{'1' * 64}"
_SENT_TABLE: Final = "sent-records"


def change_deployment(context: Context) -> None:
    """Move to other subnets and another command table and image; then roll the image back."""
    deployed = context.deployed
    tasks = deployed.get_task_definition()
    api_deployment = deployed.get_api_deployment()
    stream = context.account.create_command_table(_SENT_TABLE)
    context.deploy(
        **context.account.create_subnets(
            context.environment["VPC_ID"], "10.1.2.0/24", "10.1.3.0/24"
        ),
        COMMAND_TABLE_NAME=_SENT_TABLE,
        COMMAND_STREAM_ARN=stream,
        IMAGE_DIGEST=_NEXT_DIGEST,
    )
    if deployed.list_event_sources() != [stream]:
        raise RehearsalError(f"the processor does not read the stream of {_SENT_TABLE} alone")
    if deployed.get_api_deployment() == api_deployment:
        raise RehearsalError("another VPC link did not deploy the API anew")
    if deployed.get_task_definition() == tasks:
        raise RehearsalError("another image did not change the task definition")
    context.report("moved to other subnets, another command table and image")
    context.programs.run_module("infra.deployment.rollback")
    if deployed.get_task_definition() != tasks:
        raise RehearsalError("the rollback did not restore the previous task definition")
    context.report("rolled back to the previous task definition")

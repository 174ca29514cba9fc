"""The rehearsal: the scenarios, one after the other. The first step that fails ends it."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.emulator.aws_access import create_session
from local_stack.emulator.emulator import Emulator, run_emulator
from local_stack.ports import find_port
from trials.deployment.deployed import connect_to
from trials.deployment.exceptions import RehearsalError
from trials.deployment.programs import Programs, encode_environment
from trials.deployment.scenarios.account import Account
from trials.deployment.scenarios.beside import deploy_beside
from trials.deployment.scenarios.change import change_deployment
from trials.deployment.scenarios.context import Context, Report
from trials.deployment.scenarios.creation import READ_TABLE, create_deployment
from trials.deployment.scenarios.pipeline import try_pipeline
from trials.deployment.scenarios.removal import remove

_VARIABLES: Final = {
    # The emulator runs no container. Naming the image means that no Docker is needed to build one.
    "IMAGE_REPOSITORY": "query-api",
    "IMAGE_DIGEST": f"sha256:{'0' * 64}",
    "READ_TABLE_NAME": READ_TABLE,
    # It has no certificate, and its load balancer takes requests directly, without the gateway.
    "ALLOW_HTTP": "true",
}
_SCENARIOS: Final = (
    create_deployment,
    try_pipeline,
    change_deployment,
    deploy_beside,
    remove,
)


def rehearse(infra: Path, report: Report) -> None:
    """Deploy to an emulator, try the deployment, and destroy it.

    Args:
        infra: the folder of the CDK app.

    Raises:
        NotificationsError: a step failed.
    """
    with ExitStack() as started:
        directory = Path(started.enter_context(TemporaryDirectory(prefix="rehearsal-")))
        emulator = started.enter_context(
            run_emulator(
                find_port(0, option="none"),
                services=(),
                program="trials.deployment.emulator_process",
            )
        )
        report(f"AWS emulator started at {emulator.url}")
        try:
            context = _create_context(infra, directory, emulator, report)
            for scenario in _SCENARIOS:
                scenario(context)
        except (BotoCoreError, ClientError) as error:
            raise RehearsalError(f"the emulator refused: {error}") from error


def _create_context(infra: Path, directory: Path, emulator: Emulator, report: Report) -> Context:
    account = Account(create_session(), emulator.url)
    environment = encode_environment(emulator.url, directory) | _VARIABLES
    environment |= _create_network(account)
    return Context(
        assembly=directory / "cdk.out",
        environment=environment,
        emulator=emulator,
        programs=Programs(infra, environment),
        account=account,
        deployed=connect_to(create_session(), emulator.url),
        report=report,
    )


def _create_network(account: Account) -> dict[str, str]:
    """Create an existing VPC, and return the variables that select it."""
    vpc_id = account.create_vpc()
    return {"VPC_ID": vpc_id} | account.create_subnets(vpc_id, "10.1.0.0/24", "10.1.1.0/24")

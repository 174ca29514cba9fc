"""What all scenarios share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from local_stack.emulator.emulator import Emulator
from trials.deployment.deployed import Deployed
from trials.deployment.programs import Programs
from trials.deployment.scenarios.account import Account

Report: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """An emulated account, and the programs that work on it.

    Attributes:
        assembly: the folder for what is synthesized.
        environment: of the programs.
        report: prints what was done.
    """

    assembly: Path
    environment: Mapping[str, str]
    emulator: Emulator
    programs: Programs
    account: Account
    deployed: Deployed
    report: Report

    def deploy(self, **variables: str) -> None:
        """Deploy as `nox -s deploy` does, with variables beside those of the environment.

        Raises:
            RehearsalError: the deployment failed.
        """
        self.programs.run_module(
            "infra.deployment.deploy",
            f"--output={self.assembly}",
            "--require-approval=never",
            *(f"--context={name}={value}" for name, value in variables.items()),
        )

    def destroy(self, stack: str) -> None:
        """Destroy a stack of the last deployment.

        Raises:
            RehearsalError: CloudFormation refused.
        """
        self.programs.run_cdk("destroy", stack, "--force", f"--app={self.assembly}")

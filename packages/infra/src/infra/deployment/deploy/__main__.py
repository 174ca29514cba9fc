"""Deploys: `python -m infra.deployment.deploy [-c NAME=value …] [options of cdk deploy]`.

A new stack is created without deletion protection, then protected by a second deployment.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.deployment.deploy.plan import Step, find_protected_later, plan_steps
from infra.deployment.deploy.stacks import find_states, read_stacks
from infra.deployment.next_steps import render_next_steps
from infra.exceptions import DeployError, InfraError


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment of all stacks.

    Attributes:
        assembly: the folder for what is synthesized.
        variables: options of `cdk synth` that set variables.
        options: options of `cdk deploy`.
    """

    assembly: Path
    variables: Sequence[str]
    options: Sequence[str]

    def run(self) -> None:
        """Show the changes, deploy, and print what to try.

        Raises:
            DeployError: nothing can be deployed, or a program failed.
        """
        self._synthesize(self.assembly)
        stacks = read_stacks(self.assembly)
        protection = {each.name: each.is_protected for each in stacks}
        protected_later = find_protected_later(protection, self.options)
        steps = plan_steps(find_states(stacks), protected_later=protected_later)
        if not all(step.is_protected for step in steps):
            self._synthesize(self._unprotected, "--context=DELETION_PROTECTION=false")
        _run_cdk("diff", f"--app={self.assembly}")
        for step in steps:
            self._deploy(step)
        # The last stack is the application, and the file has the outputs of the last deployment.
        (outputs,) = json.loads(self._outputs.read_text(encoding="utf-8")).values()
        sys.stdout.write(f"{render_next_steps(outputs)}\n")

    def _deploy(self, step: Step) -> None:
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()
        assembly = self.assembly if step.is_protected else self._unprotected
        outputs = f"--outputs-file={self._outputs}"
        _run_cdk("deploy", step.stack, "--exclusively", f"--app={assembly}", outputs, *self.options)

    def _synthesize(self, assembly: Path, *variables: str) -> None:
        fixed = ("--quiet", "--strict", "--no-lookups", f"--output={assembly}")
        _run_cdk("synth", *fixed, *self.variables, *variables)

    @property
    def _unprotected(self) -> Path:
        return self.assembly / "unprotected"

    @property
    def _outputs(self) -> Path:
        return self.assembly / "outputs.json"


def _run_cdk(*arguments: str) -> None:
    done = subprocess.run(["cdk", *arguments], check=False)  # noqa: S603, S607 - of this environment
    if done.returncode:
        raise DeployError(f"cdk {arguments[0]} ended with status {done.returncode}")


def main() -> None:
    """Deploy; exits with status 1 if that fails."""
    parser = argparse.ArgumentParser(
        prog="nox -s deploy --", description=__doc__, allow_abbrev=False
    )
    parser.add_argument("-c", "--context", action="append", default=[], metavar="NAME=value")
    parser.add_argument("--output", type=Path, default=Path("cdk.out"), help=argparse.SUPPRESS)
    known, options = parser.parse_known_args()
    variables = [f"--context={each}" for each in known.context]
    try:
        Deployment(known.output, variables, options).run()
    except InfraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

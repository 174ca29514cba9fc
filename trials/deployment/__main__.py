"""`python -m trials.deployment INFRA`, which `nox -s deploy_local` runs."""

import os
import platform
import signal
import sys
import time
from pathlib import Path

import click

from local_stack.demo.rendering import StepPrinter, create_console
from local_stack.emulator.aws_access import isolate_environment
from notification_models import NotificationsError
from trials.deployment.refused import REFUSED
from trials.deployment.rehearsal import rehearse


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("infra", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(infra: Path) -> None:
    """Deploy the CDK app in the folder INFRA to an emulator of AWS, try it, and destroy it.

    Needs no AWS account, no credentials and no Docker; listens only on 127.0.0.1.
    """
    started_s = time.monotonic()
    # Exit as on Ctrl-C, which stops everything that was started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    isolate_environment(os.environ)
    console = create_console()
    console.print("Rehearsal: both stacks, deployed to an emulator of AWS\n", style="bold")
    try:
        rehearse(infra.resolve(), StepPrinter(console))
    except NotificationsError as error:
        raise click.ClickException(str(error)) from error
    console.print(f"\n{_render_limits()}", soft_wrap=True)
    console.print(f"\nRehearsed in {time.monotonic() - started_s:.0f} s.", style="bold")


def _render_limits() -> str:
    place = f"{platform.machine()} and Python {platform.python_version()}"
    return "\n".join(
        [
            f"The functions ran from the zip for AWS, on {place} instead of arm64 and 3.13,",
            "so with this machine's compiled modules.",
            "The emulator refuses these kinds, so stand-ins took their place:",
            *(f"  {kind}" for kind in REFUSED),
            "Their templates are tested in packages/infra.",
        ]
    )


if __name__ == "__main__":
    main()

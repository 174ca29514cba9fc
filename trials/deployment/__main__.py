"""`python -m trials.deployment INFRA`: what `nox -s deploy_local` runs."""

import os
import platform
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from local_stack.demo.rendering import StepPrinter, create_console
from local_stack.emulator.aws_access import isolate_environment
from notification_models import NotificationsError
from trials.deployment.rehearsal import rehearse
from trials.deployment.stubs import REFUSED, Checked


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("infra", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(infra: Path) -> None:
    """Deploy the CDK app in the folder INFRA to an emulator of AWS, try it, and destroy it.

    No AWS account, no credentials and no Docker; everything listens on 127.0.0.1 alone.
    """
    started_s = time.monotonic()
    # As Ctrl-C would: whatever was started is stopped.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    isolate_environment(os.environ)
    console = create_console()
    console.print("Rehearsal: the stacks as they are, on an emulator of AWS\n", style="bold")
    try:
        checked = rehearse(infra.resolve(), StepPrinter(console))
    except NotificationsError as error:
        raise click.ClickException(str(error)) from error
    console.print(f"\n{_render(checked)}", soft_wrap=True)
    console.print(f"\nRehearsed in {time.monotonic() - started_s:.0f} s.", style="bold")


def _render(checked: Sequence[Checked]) -> str:
    place = f"{platform.machine()} and Python {platform.python_version()}"
    return "\n".join(
        [
            f"The functions ran from the zip that AWS gets, on {place} instead of arm64 and 3.13.",
            "Refused by the emulator, so only stubbed; the template says of each:",
            *(_render_claim(each) for each in checked if each.stub in REFUSED),
            "Taken by the emulator, which does less than AWS with it; the template says of each:",
            *(_render_claim(each) for each in checked if each.stub not in REFUSED),
        ]
    )


def _render_claim(checked: Checked) -> str:
    return f"{checked.count:>4} {checked.stub.kind:<40}{checked.stub.claim}"


if __name__ == "__main__":
    main()

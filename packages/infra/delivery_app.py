"""The program that `cdk --app "python delivery_app.py"` runs: the roles of the workflows."""

import os
import sys

from aws_cdk import App

from infra.composition import compose_delivery
from infra.config.source import load_config
from infra.exceptions import InfraError

# As argparse exits on invalid arguments.
_EXIT_STATUS = 2


def main() -> None:
    """Synthesize, or print one line for each mistake in the configuration."""
    app = App()
    try:
        compose_delivery(app, load_config(app.node.get_all_context(), os.environ))
    except InfraError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_EXIT_STATUS)
    app.synth()


main()

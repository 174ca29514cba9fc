"""The program that `cdk` runs: reads the configuration and synthesizes the stacks."""

import os
import sys

from aws_cdk import App

from infra.composition import compose
from infra.config.source import load_config
from infra.exceptions import InfraError

# As argparse exits on invalid arguments.
_EXIT_STATUS = 2


def main() -> None:
    """Synthesize, or print one line for each mistake in the configuration."""
    app = App()
    try:
        config = load_config(app.node.get_all_context(), os.environ)
        compose(app, config)
    except InfraError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_EXIT_STATUS)
    app.synth()


main()

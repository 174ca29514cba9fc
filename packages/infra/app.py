"""What `cdk` runs: reads the configuration, makes the stacks, writes their templates."""

import os
import sys

from aws_cdk import App

from infra.composition import compose
from infra.config.source import load_config
from infra.exceptions import InfraError

# As argparse has it for what is wrong with what was given.
_EXIT_STATUS = 2


def main() -> None:
    """Synthesize, or say in a line for each mistake why not."""
    app = App()
    try:
        config = load_config(app.node.get_all_context(), os.environ)
        compose(app, config)
    except InfraError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(_EXIT_STATUS)
    app.synth()


main()

"""The command that makes a shell complete commands and options."""

from typing import Final

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from notification_client.cli.commands.group import notifications

_NAME: Final = "notifications"
_VARIABLE: Final = "_NOTIFICATIONS_COMPLETE"  # which click reads
_SHELLS: Final[dict[str, type[ShellComplete]]] = {
    each.name: each for each in (BashComplete, ZshComplete, FishComplete)
}
_EPILOG: Final = """
\b
Add the line of your shell to its file:
  ~/.bashrc                    eval "$(notifications completion bash)"
  ~/.zshrc                     eval "$(notifications completion zsh)"
  ~/.config/fish/config.fish   notifications completion fish | source
"""


@notifications.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(tuple(_SHELLS)))
def completion(shell: str) -> None:
    """Print a script for completion with the Tab key."""
    click.echo(_SHELLS[shell](notifications, {}, _NAME, _VARIABLE).source())

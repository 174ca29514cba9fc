"""The commands: their arguments, options and help."""

# In the order of the help.
from notification_client.cli.commands import lists, summaries, tab_completion
from notification_client.cli.commands.group import notifications

__all__ = ["lists", "notifications", "summaries", "tab_completion"]

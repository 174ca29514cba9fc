"""The commands that list notifications."""

from typing import Final

import click

from notification_client.cli.commands.conditions import Conditions, condition_options
from notification_client.cli.commands.group import notifications
from notification_client.cli.commands.output_options import list_options
from notification_client.cli.listing import ListOptions, list_notifications
from notification_client.cli.output.notification_table import (
    AP,
    CAMPAIGN,
    CREATED,
    ERROR,
    PLATFORM,
    STATUS,
    TITLE,
    TRANSACTION,
    USER,
)
from notification_client.cli.surroundings import Screen

_USER_COLUMNS: Final = (CREATED, STATUS, PLATFORM, AP, TITLE, ERROR, CAMPAIGN, TRANSACTION)
_CAMPAIGN_COLUMNS: Final = (CREATED, USER, STATUS, PLATFORM, AP, ERROR, TRANSACTION)
_FAILURE_COLUMNS: Final = (CREATED, AP, PLATFORM, USER, ERROR, TRANSACTION, CAMPAIGN)

_USER_EPILOG: Final = """
\b
Examples:
  notifications user test_user_001 --since "yesterday evening"
  notifications user test_user_001 --since 7d --status FAILED

`notifications --help` describes TIME.
"""
_CAMPAIGN_EPILOG: Final = """
\b
Examples:
  notifications campaign spring --status FAILED --ap-id mobile-app-001
  notifications campaign spring --all --format csv > spring.csv

`notifications --help` describes TIME.
"""
_TRANSACTION_EPILOG: Final = """
\b
Example:
  notifications transaction tx_001

`notifications --help` describes TIME.
"""
_FAILURES_EPILOG: Final = """
\b
Examples:
  notifications failures --since 1h
  notifications failures --since "2026-11-24 18:00" --ap-id mobile-app-001

`notifications --help` describes TIME.
"""


@notifications.command(epilog=_USER_EPILOG)
@click.argument("user_id", metavar="ID")
@condition_options("status", "platform", "ap_id", "error_msg", "marketing_id")
@list_options
def user(user_id: str, conditions: Conditions, options: ListOptions) -> None:
    """List what a user received, newest first."""
    search = conditions.create_search("notification", f"of user {user_id}")
    with conditions.open_client() as client:
        found = client.user(user_id, **search.filters)
        list_notifications(search, found, options, _USER_COLUMNS, Screen.find())


@notifications.command(epilog=_CAMPAIGN_EPILOG)
@click.argument("marketing_id", metavar="ID")
@condition_options("status", "platform", "ap_id", "error_msg")
@list_options
def campaign(marketing_id: str, conditions: Conditions, options: ListOptions) -> None:
    """List what a campaign sent, newest first."""
    search = conditions.create_search("notification", f"of campaign {marketing_id}")
    with conditions.open_client() as client:
        found = client.campaign(marketing_id, **search.filters)
        list_notifications(search, found, options, _CAMPAIGN_COLUMNS, Screen.find())


@notifications.command(epilog=_TRANSACTION_EPILOG)
@click.argument("transaction_id", metavar="ID")
@condition_options("status", "platform", "ap_id", "error_msg")
@list_options
def transaction(transaction_id: str, conditions: Conditions, options: ListOptions) -> None:
    """Show every field of a transaction."""
    search = conditions.create_search("notification", f"of transaction {transaction_id}")
    with conditions.open_client() as client:
        found = client.transaction(transaction_id, **search.filters)
        list_notifications(search, found, options, None, Screen.find())


@notifications.command(epilog=_FAILURES_EPILOG)
@click.option("--transaction-id", metavar="ID", help="Only the failures of this transaction.")
@condition_options("platform", "ap_id", "error_msg")
@list_options
def failures(transaction_id: str | None, conditions: Conditions, options: ListOptions) -> None:
    """List the latest failures, newest first.

    Those of the last 24 hours unless --since is given; at most 31 days. Of one transaction, those
    of any time.
    """
    search = conditions.create_failure_search(transaction_id)
    with conditions.open_client() as client:
        found = client.failures(transaction_id, **search.filters)
        list_notifications(search, found, options, _FAILURE_COLUMNS, Screen.find())

"""The commands that count notifications."""

from typing import Final

import click

from notification_client.cli.commands.conditions import Conditions, condition_options
from notification_client.cli.commands.group import notifications
from notification_client.cli.commands.output_options import count_options
from notification_client.cli.counting import CountOptions, write_summary
from notification_client.cli.surroundings import Screen

_EPILOG: Final = """
\b
Examples:
  notifications summary campaign spring --by status,platform
  notifications summary campaign spring --by hour --tz Asia/Taipei
  notifications summary failures --since 1h --by ap_id,error_msg
  notifications summary failures --since 1h --by minute --ap-id mobile-app-001

`notifications --help` describes TIME.
"""


@notifications.group(epilog=_EPILOG)
def summary() -> None:
    """Count notifications by status, platform, AP, error or time."""


@summary.command(epilog=_EPILOG)
@click.argument("user_id", metavar="ID")
@condition_options("status", "platform", "ap_id", "error_msg", "marketing_id")
@count_options("status")
def user(user_id: str, conditions: Conditions, options: CountOptions) -> None:
    """Count what a user received."""
    search = conditions.create_search("notification", f"of user {user_id}")
    with conditions.open_client() as client:
        sums = client.summarize_user_in_parts(
            user_id, by=options.by, time_zone=conditions.zone.key, **search.filters
        )
        write_summary(search, sums, options, Screen.find())


@summary.command(epilog=_EPILOG)
@click.argument("marketing_id", metavar="ID")
@condition_options("status", "platform", "ap_id", "error_msg")
@count_options("status")
def campaign(marketing_id: str, conditions: Conditions, options: CountOptions) -> None:
    """Count what a campaign sent."""
    search = conditions.create_search("notification", f"of campaign {marketing_id}")
    with conditions.open_client() as client:
        sums = client.summarize_campaign_in_parts(
            marketing_id, by=options.by, time_zone=conditions.zone.key, **search.filters
        )
        write_summary(search, sums, options, Screen.find())


@summary.command(epilog=_EPILOG)
@click.option("--transaction-id", metavar="ID", help="Only the failures of this transaction.")
@condition_options("platform", "ap_id", "error_msg")
@count_options("ap_id")
def failures(transaction_id: str | None, conditions: Conditions, options: CountOptions) -> None:
    """Count the latest failures.

    Those of the last 24 hours unless --since is given; at most 31 days. Of one transaction, those
    of any time.
    """
    search = conditions.create_failure_search(transaction_id)
    with conditions.open_client() as client:
        sums = client.summarize_failures_in_parts(
            transaction_id, by=options.by, time_zone=conditions.zone.key, **search.filters
        )
        write_summary(search, sums, options, Screen.find())

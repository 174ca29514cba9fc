"""`python -m trials.deployed URL`, which `nox -s trial` runs."""

import argparse
import os
import signal
import sys
from typing import TYPE_CHECKING, Final

import boto3

from infra.config.parts.network import DEFAULT_REGION
from infra.config.source import load_environment
from infra.deployment.smoke import api_url
from notification_client import NotificationClient
from notification_client.connection import HttpOptions
from notification_client.sigv4 import SigV4Auth
from notification_models import NotificationsError
from notification_models.schema import COMMAND_RECORDS
from trials.deployed.record import CommandTable
from trials.deployed.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT_S: Final = 60.0


def find_table(environment: "Mapping[str, str]") -> str:
    """Find the name of the deployment's command table, as the CDK app does."""
    prefix = load_environment(environment).prefix
    return environment.get("COMMAND_TABLE_NAME") or prefix(COMMAND_RECORDS.name)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s trial --", description=main.__doc__)
    parser.add_argument(
        "url", type=api_url, help="URL of the API's stage (the output ApiUrl), or of the service"
    )
    parser.add_argument(
        "--table",
        default=find_table(os.environ),
        help="name of the command table; default: %(default)s, by the deployment's variables",
    )
    parser.add_argument(
        "--sign", action="store_true", help="sign requests, for an API with IAM_AUTHORIZATION"
    )
    parser.add_argument(
        "--timeout",
        type=float,
        default=_TIMEOUT_S,
        metavar="SECONDS",
        help="how long a change may take to appear in queries; default: %(default)g",
    )
    return parser.parse_args()


def _run(options: argparse.Namespace) -> None:
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or DEFAULT_REGION)
    http = HttpOptions(auth=SigV4Auth(session.region_name)) if options.sign else HttpOptions()
    with NotificationClient(options.url, **http) as client:
        table = CommandTable(session.client("dynamodb"), options.table)
        Trial(client, table, options.timeout, print).run()


def main() -> None:
    """Write a record to a deployed system, query it, delete it, and see it gone."""
    for each in (signal.SIGINT, signal.SIGTERM):
        # An exception, so that the record is deleted.
        signal.signal(each, lambda *_: sys.exit("the trial was stopped"))
    try:
        _run(_parse_arguments())
    except NotificationsError as error:
        sys.exit(f"the trial failed: {error}")


if __name__ == "__main__":
    main()

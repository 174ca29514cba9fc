"""Errors as the messages of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from aws_client import InvalidConfigurationError
from notification_models import NotificationsError


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Raise our errors and those of AWS's settings as one message, which ends the command.

    None holds personal data.
    """
    try:
        yield
    except (NotificationsError, InvalidConfigurationError) as error:
        raise click.ClickException(str(error)) from error

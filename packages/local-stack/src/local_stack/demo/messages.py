"""Errors as the messages of a command."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from aws_client import InvalidConfigurationError
from notification_client import NotificationClientError
from notification_models import NotificationsError


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Raise our errors, and those of AWS's settings, as one message that ends the command.

    None holds personal data.
    """
    try:
        yield
    except (NotificationsError, NotificationClientError, InvalidConfigurationError) as error:
        raise click.ClickException(str(error)) from error

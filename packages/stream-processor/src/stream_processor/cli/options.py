"""What the commands share: the options made from `Settings`, and errors as messages."""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import Field, fields
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError

from aws_client import InvalidConfigurationError
from notification_models import NotificationsError
from stream_processor.settings import Settings

COULD_NOT_RUN: Final = 2

_SETTINGS: Final = {each.name: each for each in fields(Settings)}


class CouldNotRunError(click.ClickException):
    """A command could not run; printed as one line."""

    exit_code = COULD_NOT_RUN


@contextmanager
def errors_as_messages() -> Iterator[None]:
    """Raise our errors and those of AWS's settings as `CouldNotRunError`.

    None holds personal data.
    """
    try:
        yield
    except (NotificationsError, InvalidConfigurationError, BotoCoreError) as error:
        raise CouldNotRunError(str(error)) from error


def settings_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Add options for the named fields of `Settings`.

    The command gets the settings as its first argument.
    """

    def add_options(command: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(command)
        def run(**arguments: Any) -> None:  # noqa: ANN401 - click's, which has checked them
            settings = Settings(**{name: arguments.pop(name) for name in names})
            command(settings, **arguments)

        decorated: Callable[..., None] = run
        for name in reversed(names):
            decorated = _create_option(_SETTINGS[name])(decorated)
        return decorated

    return add_options


def _create_option(setting: Field[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    choices, maximum = setting.metadata["choices"], setting.metadata["maximum"]
    number_or_text = click.IntRange(1, maximum) if maximum else click.STRING
    return click.option(
        setting.metadata["option"],
        setting.name,
        envvar=setting.metadata["variable"],
        show_envvar=True,
        type=click.Choice(choices) if choices else number_or_text,
        default=setting.default,
        help=setting.metadata["help"],
    )

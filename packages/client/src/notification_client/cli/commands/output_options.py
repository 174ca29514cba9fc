"""The options for the output of commands."""

import functools
from collections.abc import Sequence
from typing import Final, get_args

import click

from notification_client.cli.commands.conditions import Command, Decorator, add_in_order
from notification_client.cli.counting import CountOptions
from notification_client.cli.listing import Format, ListOptions
from notification_client.records import Attribute

_DEFAULT_LIMIT: Final = 20
_MAX_ATTRIBUTES: Final = 4
_FORMATS: Final[tuple[Format, ...]] = get_args(Format)
_ATTRIBUTES: Final[tuple[Attribute, ...]] = get_args(Attribute)

_LIMIT_OPTIONS: Final[tuple[Decorator, ...]] = (
    click.option(
        "--limit",
        type=click.IntRange(1),
        metavar="N",
        help=f"Most notifications, the newest.  [default: {_DEFAULT_LIMIT}]",
    ),
    click.option("--all", "is_all", is_flag=True, help="All notifications, without a limit."),
)
_FORMAT_OPTIONS: Final[tuple[Decorator, ...]] = (
    click.option(
        "--format",
        "format_",
        type=click.Choice(_FORMATS),
        default="table",
        show_default=True,
        metavar="FORMAT",
        help=f"One of {', '.join(_FORMATS)}.",
    ),
    click.option("--bom", "has_mark", is_flag=True, help="Mark CSV as UTF-8, for Excel."),
)


def list_options(command: Command) -> Command:
    """Add the options for the output of notifications; they become `options`."""

    @functools.wraps(command)
    def run(
        *, limit: int | None, is_all: bool, format_: Format, has_mark: bool, **arguments: object
    ) -> None:
        if limit and is_all:
            raise click.UsageError("--limit cannot be used with --all")
        _check_mark(format_, has_mark=has_mark)
        most = None if is_all else limit or _DEFAULT_LIMIT
        command(options=ListOptions(most, format_, has_mark), **arguments)

    return add_in_order([*_LIMIT_OPTIONS, *_FORMAT_OPTIONS], run)


def count_options(default_by: str) -> Decorator:
    """Add the options for the output of a summary; they become `options`."""

    def add_options(command: Command) -> Command:
        @functools.wraps(command)
        def run(
            *, by: Sequence[Attribute], format_: Format, has_mark: bool, **arguments: object
        ) -> None:
            _check_mark(format_, has_mark=has_mark)
            command(options=CountOptions(by, format_, has_mark), **arguments)

        return add_in_order([_create_by(default_by), *_FORMAT_OPTIONS], run)

    return add_options


def _check_mark(format_: Format, *, has_mark: bool) -> None:
    if has_mark and format_ != "csv":
        raise click.UsageError("--bom needs --format csv")


def _create_by(default: str) -> Decorator:
    names = ", ".join(_ATTRIBUTES)
    return click.option(
        "--by",
        metavar="NAMES",
        default=default,
        show_default=True,
        callback=_check_attributes,
        help=f"Up to {_MAX_ATTRIBUTES} of {names}, with commas between them.",
    )


def _check_attributes(
    _context: click.Context, _option: click.Parameter, text: str
) -> tuple[Attribute, ...]:
    names = [name.strip().lower() for name in text.split(",")]
    attributes = tuple(each for name in names for each in _ATTRIBUTES if each == name)
    if len(attributes) != len(names) or len(set(names)) != len(names):
        raise click.BadParameter(
            f"must be different names of {', '.join(_ATTRIBUTES)}, with commas between them"
        )
    if len(names) > _MAX_ATTRIBUTES:
        raise click.BadParameter(f"must be at most {_MAX_ATTRIBUTES} names")
    return attributes

"""Reads the configuration from CDK context (`-c NAME=value`), then from the environment."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from infra.config.model import CONSOLE_PREFIX, Config, list_variables
from infra.config.parts.environment import EnvironmentVariables
from infra.config.rules.all import find_mistakes
from infra.exceptions import ConfigMistake, InvalidConfigError

_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")


def load_config(context: Mapping[str, object], environment: Mapping[str, str]) -> Config:
    """Read and check every variable.

    Args:
        context: the CDK's context, which also has its own settings; wins over the environment.
        environment: an empty variable counts as unset.

    Raises:
        InvalidConfigError: with every mistake found.
    """
    if mistakes := tuple(_find_unknown(context)):
        raise InvalidConfigError(mistakes)
    try:
        config = Config.model_validate(dict(_read_values(context, environment)))
    except ValidationError as error:
        raise InvalidConfigError(tuple(_read_mistakes(error))) from None
    if mistakes := tuple(find_mistakes(config)):
        raise InvalidConfigError(mistakes)
    return config


def load_environment(environment: Mapping[str, str]) -> EnvironmentVariables:
    """Read only which deployment it is, for programs that need no other variable.

    Raises:
        InvalidConfigError: with every mistake found.
    """
    names = [each for each in EnvironmentVariables.model_fields if environment.get(each.upper())]
    try:
        return EnvironmentVariables.model_validate(
            {each: environment[each.upper()] for each in names}
        )
    except ValidationError as error:
        raise InvalidConfigError(tuple(_read_mistakes(error))) from None


def _find_unknown(context: Mapping[str, object]) -> Iterator[ConfigMistake]:
    known = {name for name, _ in list_variables()}
    for name in context:
        # The CDK's own settings are in lower case: a name in capitals is meant for this app.
        if _VARIABLE.fullmatch(name) and name not in known:
            yield ConfigMistake(name, "is not a variable of this app")


def _read_values(
    context: Mapping[str, object], environment: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    """Read the fields of the configuration; the variables of the console set one field."""
    console = {}
    for variable, _ in list_variables():
        value = context.get(variable, environment.get(variable))
        if value is None or value == "":
            continue
        if variable.startswith(CONSOLE_PREFIX):
            console[variable.removeprefix(CONSOLE_PREFIX).lower()] = value
        else:
            yield variable.lower(), value
    if console:
        yield "console", console


def _read_mistakes(error: ValidationError) -> Iterator[ConfigMistake]:
    for each in error.errors(include_url=False, include_context=False):
        # Behind a field come positions in its list and keys of its mapping.
        path = each["loc"][: 2 if each["loc"][0] == "console" else 1]
        is_missing = each["type"] == "missing"
        reason = (
            f"is required with the other {CONSOLE_PREFIX}… variables" if is_missing else each["msg"]
        )
        yield ConfigMistake("_".join(map(str, path)).upper(), reason)

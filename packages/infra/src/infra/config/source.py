"""Reads the configuration from CDK context (`-c NAME=value`), then from the environment."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from pydantic import ValidationError

from infra.config.model import Config
from infra.config.rules import find_mistakes
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
    values = {}
    for name in Config.model_fields:
        value = context.get(name.upper(), environment.get(name.upper()))
        if value is not None and value != "":
            values[name] = value
    try:
        config = Config.model_validate(values)
    except ValidationError as error:
        raise InvalidConfigError(tuple(_read_mistakes(error))) from None
    if mistakes := tuple(find_mistakes(config)):
        raise InvalidConfigError(mistakes)
    return config


def _find_unknown(context: Mapping[str, object]) -> Iterator[ConfigMistake]:
    for name in context:
        # The CDK's own settings are in lower case: a name in capitals is meant for this app.
        if _VARIABLE.fullmatch(name) and name.lower() not in Config.model_fields:
            yield ConfigMistake(name, "is not a variable of this app")


def _read_mistakes(error: ValidationError) -> Iterator[ConfigMistake]:
    for each in error.errors(include_url=False, include_context=False):
        yield ConfigMistake(str(each["loc"][0]).upper(), each["msg"])

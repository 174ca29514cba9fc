"""Functions of which the source is generated, as that of the methods of dataclasses is.

A loop over the attributes takes up to 2.4 times as long.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from notification_models.attribute_value import AttributeValue, Item
from notification_models.records import NotificationRecord

# The source of an encoded value.
_ENCODED: Final[Mapping[Any, str]] = {
    str: '{"S": value}',
    str | None: '{"S": value}',
    int: '{"N": str(value)}',
    int | None: '{"N": str(value)}',
}


def create_record_function(
    lines: Sequence[str], values: Mapping[str, str], names: Mapping[str, Any]
) -> Callable[[Item], NotificationRecord]:
    """Create a function of an item that returns a record.

    It sets the slots: the `__init__` of a frozen dataclass takes three times as long.

    Args:
        lines: of source, before the record is created.
        values: the source of each attribute's value.
        names: what the source refers to.
    """
    names = {**names, "new": object.__new__, "NotificationRecord": NotificationRecord}
    lines = [*lines, "record = new(NotificationRecord)"]
    for name, value in values.items():
        names[f"set_{name}"] = getattr(NotificationRecord, name).__set__
        lines.append(f"set_{name}(record, {value})")
    return _compile("item", [*lines, "return record"], names)


def create_encoder(attributes: Mapping[str, Any]) -> Callable[[Any], dict[str, AttributeValue]]:
    """Create the function that encodes these attributes of a record."""
    lines = ["item = {}"]
    for name, type_ in attributes.items():
        lines += [
            f"value = record.{name}",
            f"if value is not None: item[{name!r}] = {_ENCODED[type_]}",
        ]
    return _compile("record", [*lines, "return item"], {})


def _compile(parameter: str, lines: list[str], names: dict[str, Any]) -> Callable[[Any], Any]:
    body = "\n    ".join(lines)
    exec(f"def function({parameter}):\n    {body}", names)  # noqa: S102 - our own names
    function: Callable[[Any], Any] = names["function"]
    return function

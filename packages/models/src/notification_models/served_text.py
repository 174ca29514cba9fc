"""Texts as they are served, from attribute values of any type.

Senders store what their provider returned: an error may be a text, a number or a map.
"""

from collections.abc import Mapping
from json import JSONEncoder
from typing import Any, Final

MAX_TEXT_BYTES: Final = 4096
"""Longer texts are cut, so that a row always fits into an item. The command record has the rest."""

_ELLIPSIS: Final = "…"
# https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
_MAX_LEVELS: Final = 32

_quote: Final = JSONEncoder(ensure_ascii=False).encode


def find_text(value: Any) -> str | None:  # noqa: ANN401 - parsed JSON
    """Return an attribute value as a text.

    A number is its decimal text, a boolean `true` or `false`, a map or list compact JSON with
    sorted keys. NULL, an empty text, binary and sets are None, and `null` inside of a map or list.
    """
    try:
        text = value["S"]
    except (LookupError, TypeError):
        text = _convert(value)
    # The usual text; its length is that of its UTF-8.
    if type(text) is str and text.isascii() and len(text) <= MAX_TEXT_BYTES:
        return text or None
    return _cut(text) if isinstance(text, str) else None


def recognize(text: str | None, known: Mapping[str, str]) -> str | None:
    """Return the known value that a text is in any case, or else the text itself."""
    # ASCII alone: other letters have these as their capitals too.
    if text is None or not text.isascii():
        return text
    return known.get(text.upper(), text)


def _convert(value: Any) -> str | None:  # noqa: ANN401 - parsed JSON
    text = _to_json(value, _MAX_LEVELS)
    return None if text == "null" else text


def _to_json(value: Any, levels: int) -> str:  # noqa: ANN401 - parsed JSON
    """Encode the plain value of an attribute value; deeper than `levels` it is null."""
    match value:
        case {"S": str(text)}:
            return _quote(text)
        case {"N": str(number)}:
            return number
        case {"BOOL": bool(flag)}:
            return "true" if flag else "false"
        case {"M": dict(members)} if levels:
            pairs = (
                f"{_quote(name)}:{_to_json(members[name], levels - 1)}" for name in sorted(members)
            )
            return f"{{{','.join(pairs)}}}"
        case {"L": list(elements)} if levels:
            return f"[{','.join(_to_json(each, levels - 1) for each in elements)}]"
    return "null"


def _cut(text: str) -> str:
    """Return as much of a text as fits, with `…` if that is not all."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        # No DynamoDB text has a lone surrogate, but a damaged event may.
        return _cut(text.encode(errors="replace").decode())
    if len(encoded) <= MAX_TEXT_BYTES:
        return text
    kept = encoded[: MAX_TEXT_BYTES - len(_ELLIPSIS.encode())]
    return kept.decode(errors="ignore") + _ELLIPSIS

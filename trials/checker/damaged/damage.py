"""Damages a record at random places of its JSON."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any, Final

from trials.checker.aws.delivery import Record

JUNK: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1.5, 10**400, float("nan"), float("inf")),
    *("", " ", "x", "\x00", "\ud800", "١٢٣", "NaN", "1E400", "-5", "1" * 41, "x" * 300_000),
    *([], {}, [[]], [None], {"": {}}, {"S": None}, {"S": 5}, {"N": 5}, {"N": "1E400"}),
    *({"N": "NaN"}, {"N": "1_0"}, {"NULL": True}, {"S": "x" * 5000}, {"S": "\ud800"}),
    *({"M": None}, {"L": {}}, {"S": "a", "N": "1"}, {"M": {"a": None}}, {"L": [5]}),
    *("INSERT", "REMOVE", "MODIFY", "insert"),
    *(f"arn:aws:dynamodb:a:b:table/c/stream/{label}" for label in ("", "9999", "x", "2999-01-01")),
    "arn:aws:dynamodb:a:b:table/c/stream/2999-01-01T00:00:00.000",
)
"""What takes the place of a part of a record."""

_PRIVATE: Final = frozenset({"device_token", "payload", "notification_title"})
"""Attributes that stay where they are: in the place of a user's id they would be one."""

_DEPTHS: Final = (20, 20, 50, 900, 5000)


class Damage:
    """Damages records at random places."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._damages = (self._drop, self._replace, self._replace, self._repeat, self._nest)

    def damage(self, record: Record) -> Any:  # noqa: ANN401 - perhaps no record any more
        """Return a damaged copy of a record."""
        holder: dict[str, Any] = {"record": json.loads(json.dumps(record))}
        for _ in range(self._chance.choice((1, 1, 1, 2, 3))):
            places = list(_find_places(holder))
            if places:
                container, place = self._chance.choice(places)
                self._chance.choice(self._damages)(container, place)
        return holder.get("record")

    def _drop(self, container: Any, place: Any) -> None:  # noqa: ANN401
        del container[place]

    def _replace(self, container: Any, place: Any) -> None:  # noqa: ANN401
        container[place] = copy.deepcopy(self._chance.choice(JUNK))

    def _repeat(self, container: Any, place: Any) -> None:  # noqa: ANN401
        """Put a part where another one is, or once more into its list."""
        if isinstance(container, list):
            container.append(container[place])
        elif place not in _PRIVATE:
            other = self._chance.choice(list(container))
            container[other] = container[place]

    def _nest(self, container: Any, place: Any) -> None:  # noqa: ANN401
        value = container[place]
        if self._chance.random() < 0.5:  # noqa: PLR2004
            for _ in range(self._chance.choice(_DEPTHS)):
                value = [value]
        else:
            kind = self._chance.choice(("M", "L", "a"))
            for _ in range(self._chance.choice(_DEPTHS)):
                value = {kind: value}
        container[place] = value


def _find_places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - parsed JSON
    """Find every place in a tree: a container with an index or a name."""
    unseen = [value]
    while unseen:
        container = unseen.pop()
        members = container.items() if isinstance(container, dict) else enumerate(container)
        for place, member in members:
            yield container, place
            if isinstance(member, (dict, list)) and _is_flat(member):
                unseen.append(member)


def _is_flat(value: Any) -> bool:  # noqa: ANN401 - parsed JSON
    """Return whether a value is no bottomless nest, of which one place is enough."""
    depth = 0
    while isinstance(value, (dict, list)) and value and depth < 20:  # noqa: PLR2004
        value = next(iter(value.values())) if isinstance(value, dict) else value[0]
        depth += 1
    return depth < 20  # noqa: PLR2004

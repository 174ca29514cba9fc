"""What a command searches for, in words, and what the service remarked on it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from notification_client.cli.output.printable import escape_hidden
from notification_client.cli.times.window import Window
from notification_client.core.queries import Values

_UNREADABLE: Final = "could not be read"
# The command says in its own words that there is more, or that not all groups are there.
_FOR_PROGRAMS: Final = ("at next_cursor", "in other")


@dataclass(frozen=True, slots=True)
class Search:
    """What a command searches for.

    Attributes:
        noun: of what is found.
        key: what they have in common, such as `of user test_user_001`; may be empty.
        values: by the filters of the API, an accepted value or several; none for any.
        window: of time.
        now: when it began.
    """

    noun: Literal["notification", "failure"]
    key: str
    values: Mapping[str, Values | None]
    window: Window
    now: datetime

    @property
    def filters(self) -> dict[str, Any]:
        """The keyword arguments of the client's methods."""
        given = {name: values for name, values in self.values.items() if values}
        return {**given, "created_from": self.window.since, "created_to": self.window.until}

    def describe(self, count: int) -> str:
        """Return a number of results in words, ready for a terminal, with all conditions."""
        given = ((name, values) for name, values in self.values.items() if values)
        conditions = [
            f"{name} {values if isinstance(values, str) else ' or '.join(values)}"
            for name, values in given
        ]
        wanted = f"with {' and '.join(conditions)}" if conditions else ""
        noun = self.noun if count == 1 else f"{self.noun}s"
        parts = (f"{count:,}" if count else "No", noun, self.key, wanted, str(self.window))
        return escape_hidden(" ".join(part for part in parts if part))

    def get_caption(self, by: Sequence[str] = ()) -> str:
        """Return the heading of a table, ready for a terminal.

        Args:
            by: what the table groups by.
        """
        title = f"{self.noun.capitalize()}s {self.key}".rstrip()
        grouped = f" by {', '.join(by)}" if by else ""
        return escape_hidden(f"{title}{grouped}, times in {self.window.zone.key}")


class Remarks:
    """What the service said beyond a number of notifications, each remark once."""

    def __init__(self) -> None:
        self._remarks: dict[str, None] = {}  # in the order of their arrival

    def add(self, message: str) -> None:
        """Add the message of a response."""
        _, *clauses = message.split("; ")
        for clause in clauses:
            if _UNREADABLE in clause:
                self._remarks["some notifications could not be read and are left out"] = None
            elif not any(each in clause for each in _FOR_PROGRAMS):
                self._remarks[escape_hidden(clause)] = None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the remarks, ready for a terminal."""
        return iter(self._remarks)

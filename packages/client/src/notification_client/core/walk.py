"""The way through the parts of a response, from cursor to cursor."""

from notification_client.errors import InvalidResponseError


class Walk:
    """Follows the cursors of one query.

    It notices if they lead in a circle, with two cursors in memory (Brent's algorithm): the parts
    would have no end.

    Attributes:
        cursor: of the next part; None for the first one.
        has_more: whether there is a next part.
    """

    def __init__(self, cursor: str | None = None) -> None:
        self.cursor = cursor
        self.has_more = True
        self._milestone = cursor
        self._steps = 0
        self._next_milestone = 1

    def advance(self, next_cursor: str | None) -> None:
        """Go on to the next part.

        Args:
            next_cursor: as the current part has it.

        Raises:
            InvalidResponseError: the cursor has been there before.
        """
        if next_cursor is None:
            self.has_more = False
            return
        if next_cursor in (self.cursor, self._milestone):
            raise InvalidResponseError("the cursor of the next page does not advance")
        self.cursor = next_cursor
        self._steps += 1
        if self._steps == self._next_milestone:
            self._milestone = next_cursor
            self._next_milestone *= 2

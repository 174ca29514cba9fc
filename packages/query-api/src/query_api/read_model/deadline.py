"""A deadline for every query."""

from query_api.exceptions import DeadlineExceededError
from query_api.read_model.port import Page, ReadModel, RowQuery
from query_api.time_limit import TimeLimit


class DeadlineReadModel:
    """A `ReadModel` that cancels the queries of another one at their deadline.

    Args:
        deadline_s: seconds a whole query may take.
    """

    def __init__(self, read_model: ReadModel, *, deadline_s: float) -> None:
        self._read_model = read_model
        self._deadline_s = deadline_s

    async def get_page(self, query: RowQuery) -> Page:
        """See `ReadModel.get_page`.

        Raises:
            DeadlineExceededError: the query took too long.
        """
        try:
            with TimeLimit(self._deadline_s):
                return await self._read_model.get_page(query)
        except TimeoutError as error:
            raise DeadlineExceededError(f"no response within {self._deadline_s} s") from error

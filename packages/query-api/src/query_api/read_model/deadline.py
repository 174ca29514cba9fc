"""A deadline for every query."""

from query_api.exceptions import DeadlineExceededError
from query_api.read_model.port import CountQuery, Counts, Page, ReadModel, RowQuery
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
            raise self._create_error() from error

    async def count(self, query: CountQuery) -> Counts:
        """See `ReadModel.count`. A count ends itself before the deadline, if it has begun by then.

        Raises:
            DeadlineExceededError: nothing was counted in time.
        """
        try:
            with TimeLimit(self._deadline_s):
                return await self._read_model.count(query)
        except TimeoutError as error:
            raise self._create_error() from error

    def _create_error(self) -> DeadlineExceededError:
        return DeadlineExceededError(f"no response within {self._deadline_s} s")

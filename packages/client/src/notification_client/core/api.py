"""The methods that both clients have; each sends their queries in its own way."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar, Unpack

from notification_client.core.queries import (
    FailureFilters,
    Filters,
    Query,
    UserFilters,
    build_query,
    build_summary_query,
)
from notification_client.records import Attribute

RowsT = TypeVar("RowsT")
SummaryT = TypeVar("SummaryT")
PartsT = TypeVar("PartsT")


class Api(ABC, Generic[RowsT, SummaryT, PartsT]):
    """The queries of the API.

    `user`, `campaign`, `transaction` and `failures` return notifications, newest first, to iterate
    over. Requests are sent while the iteration needs them, for up to 100 notifications each; each
    iteration begins anew. `.pages()` yields whole responses.

    Summaries count the same notifications, by up to four attributes. One response holds as many
    as the service counts in its time, so a summary may take several. `summarize_…_in_parts` yields
    the sum after each response; the last one is the whole summary, which `summarize_…` returns.
    Minutes, hours and days are those of `time_zone`, an IANA name.

    Filters that accept several values take one text or a sequence of texts. Times are datetimes
    with a time zone or ms since the epoch: `created_from` is inclusive, `created_to` exclusive.

    Raises, while a response is awaited:
        ProblemError: the service or a gateway refused a request; the subclass says why.
        ConnectionFailedError: no response arrived.
        InvalidResponseError: a response is not one of the API.
        ValueError: a datetime has no time zone; at once.
    """

    def user(self, user_id: str, **filters: Unpack[UserFilters]) -> RowsT:
        """Find what a user received."""
        return self._find(_user(user_id, filters))

    def campaign(self, marketing_id: str, **filters: Unpack[Filters]) -> RowsT:
        """Find what a campaign sent."""
        return self._find(_campaign(marketing_id, filters))

    def transaction(self, transaction_id: str, **filters: Unpack[Filters]) -> RowsT:
        """Find everything of a transaction."""
        key = {"transaction_id": transaction_id}
        return self._find(build_query("query/transaction", key, filters))

    def failures(
        self, transaction_id: str | None = None, **filters: Unpack[FailureFilters]
    ) -> RowsT:
        """Find the failures of a transaction; without one, the latest failures of all.

        The latest ones are those of the 24 hours before `created_to`, or before now, unless
        `created_from` is given; at most 31 days.
        """
        return self._find(_failures(transaction_id, filters))

    def summarize_user(
        self,
        user_id: str,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[UserFilters],
    ) -> SummaryT:
        """Count what a user received."""
        return self._summarize(build_summary_query(_user(user_id, filters), by, time_zone))

    def summarize_user_in_parts(
        self,
        user_id: str,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[UserFilters],
    ) -> PartsT:
        """Count what a user received, with progress."""
        return self._summarize_in_parts(build_summary_query(_user(user_id, filters), by, time_zone))

    def summarize_campaign(
        self,
        marketing_id: str,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[Filters],
    ) -> SummaryT:
        """Count what a campaign sent."""
        return self._summarize(build_summary_query(_campaign(marketing_id, filters), by, time_zone))

    def summarize_campaign_in_parts(
        self,
        marketing_id: str,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[Filters],
    ) -> PartsT:
        """Count what a campaign sent, with progress."""
        return self._summarize_in_parts(
            build_summary_query(_campaign(marketing_id, filters), by, time_zone)
        )

    def summarize_failures(
        self,
        transaction_id: str | None = None,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[FailureFilters],
    ) -> SummaryT:
        """Count the failures that `failures` finds."""
        return self._summarize(
            build_summary_query(_failures(transaction_id, filters), by, time_zone)
        )

    def summarize_failures_in_parts(
        self,
        transaction_id: str | None = None,
        *,
        by: Sequence[Attribute] = (),
        time_zone: str = "UTC",
        **filters: Unpack[FailureFilters],
    ) -> PartsT:
        """Count the failures that `failures` finds, with progress."""
        return self._summarize_in_parts(
            build_summary_query(_failures(transaction_id, filters), by, time_zone)
        )

    @abstractmethod
    def _find(self, query: Query) -> RowsT:
        """Return the notifications of a query."""

    @abstractmethod
    def _summarize(self, query: Query) -> SummaryT:
        """Return the summary of a query for counts."""

    @abstractmethod
    def _summarize_in_parts(self, query: Query) -> PartsT:
        """Return the growing summaries of a query for counts."""


def _user(user_id: str, filters: UserFilters) -> Query:
    return build_query("query/user", {"user_id": user_id}, filters)


def _campaign(marketing_id: str, filters: Filters) -> Query:
    return build_query("query/marketing", {"marketing_id": marketing_id}, filters)


def _failures(transaction_id: str | None, filters: FailureFilters) -> Query:
    return build_query("query/fail", {"transaction_id": transaction_id}, filters)

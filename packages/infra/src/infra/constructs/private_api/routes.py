"""The routes of the query API: the gateway, the smoke test and the next steps are built from them.

`trials/deployment/tests/test_routes.py` compares them with the service's own.
"""

from dataclasses import dataclass, replace
from itertools import product
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRoute:
    """A query, POST; with caching on, the gateway also serves it by GET.

    A filter is a value or a list in a body, and one value in a query string.

    Attributes:
        path: below the stage, without a leading slash.
        id_field: the field with the id whose rows are queried.
        has_required_id: whether it must have that field; otherwise it also queries all rows.
        text_fields: the optional fields whose values are texts.
        number_fields: the optional fields whose values are numbers; a time may be a text too.
        list_fields: the optional fields that are only lists, of names without a comma.
    """

    path: str
    id_field: str
    has_required_id: bool = True
    text_fields: tuple[str, ...]
    number_fields: tuple[str, ...]
    list_fields: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields."""
        return (self.id_field, *self.text_fields, *self.number_fields, *self.list_fields)

    def with_summary(self) -> "QueryRoute":
        """Return the route that counts the same rows."""
        return replace(
            self,
            path=f"{self.path}/summary",
            text_fields=(*self.text_fields, "time_zone"),
            number_fields=_TIMES,
            list_fields=("by",),
        )


STAGE: Final = "v1"
"""The gateway's stage; the service also serves every route under this prefix."""

_FILTERS: Final = ("cursor", "platform", "ap_id", "error_msg")
_TIMES: Final = ("created_from", "created_to")
_NUMBERS: Final = ("limit", *_TIMES)

_USER: Final = QueryRoute(
    path="query/user",
    id_field="user_id",
    text_fields=("marketing_id", "status", *_FILTERS),
    number_fields=_NUMBERS,
)
_MARKETING: Final = QueryRoute(
    path="query/marketing",
    id_field="marketing_id",
    text_fields=("status", *_FILTERS),
    number_fields=_NUMBERS,
)
_FAIL: Final = QueryRoute(
    path="query/fail",
    id_field="transaction_id",
    has_required_id=False,
    text_fields=_FILTERS,
    number_fields=_NUMBERS,
)
_TRANSACTION: Final = QueryRoute(
    path="query/transaction",
    id_field="transaction_id",
    text_fields=("status", *_FILTERS),
    number_fields=_NUMBERS,
)

PAGES: Final = (_USER, _MARKETING, _FAIL, _TRANSACTION)
"""The queries that return rows, page by page."""

SUMMARIES: Final = tuple(each.with_summary() for each in (_USER, _MARKETING, _FAIL))
"""The queries that count rows."""

QUERIES: Final = (*PAGES, *SUMMARIES)

LEGACY_PATHS: Final = ("query/failure", "query/failures", "query/failed", "failed")
"""POST; they redirect to `query/fail`."""

CONSOLE: Final = "console"
"""The page for people."""

CONSOLE_PARTS: Final = f"{CONSOLE}/{{digest}}/{{path+}}"
"""What the page loads; `{path+}` has any number of segments."""

DOCS_PARTS: Final = "docs/{name}"

READ_PATHS: Final = ("health", "health/ready", "openapi.json")
"""GET and HEAD."""

BROWSER_PATHS: Final = ("docs", DOCS_PARTS, CONSOLE, CONSOLE_PARTS)
"""GET and HEAD, for browsers; a name in braces stands for a segment of the path."""

READ_METHODS: Final = ("GET", "HEAD")

SIGNED_ROUTES: Final = (
    *product(("POST",), (*(route.path for route in QUERIES), *LEGACY_PATHS)),
    *product(READ_METHODS, READ_PATHS),
)
"""Method and path of each route that takes signed requests, without the cached queries by GET."""

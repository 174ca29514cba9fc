"""The routes of the query API: the gateway, the smoke test and the next steps are built from them.

`trials/deployment/tests/test_routes.py` compares them with the service's own.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class QueryRoute:
    """A query, POST; with caching on, the gateway also serves it by GET.

    Attributes:
        path: below the stage, without a leading slash.
        id_field: the required field of its body.
        text_fields, number_fields: the optional fields, by the JSON type of their values.
    """

    path: str
    id_field: str
    text_fields: tuple[str, ...]
    number_fields: tuple[str, ...] = ("limit", "created_from", "created_to")

    @property
    def fields(self) -> tuple[str, ...]:
        """All fields."""
        return (self.id_field, *self.text_fields, *self.number_fields)


STAGE: Final = "v1"
"""The gateway's stage; the service also serves every route under this prefix."""

_FILTERS: Final = ("cursor", "platform", "ap_id")

QUERIES: Final = (
    QueryRoute("query/user", "user_id", ("status", *_FILTERS)),
    QueryRoute("query/marketing", "marketing_id", ("status", *_FILTERS)),
    QueryRoute("query/fail", "transaction_id", _FILTERS),
    QueryRoute("query/transaction", "transaction_id", ("status", *_FILTERS)),
)

LEGACY_PATHS: Final = ("query/failure", "query/failures", "query/failed", "failed")
"""POST; they redirect to `query/fail`."""

PATH_PARAMETER: Final = "name"

READ_PATHS: Final = ("health", "health/ready", "openapi.json", "docs", f"docs/{{{PATH_PARAMETER}}}")
"""GET and HEAD."""

READ_METHODS: Final = ("GET", "HEAD")

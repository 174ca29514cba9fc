"""The one table of served attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAttributes:
    """What a sender records of a notification and the API serves: one field per attribute.

    Command record, read-model row, projection, codec and the query API's decoder follow from these
    fields. A type that includes None makes the attribute optional.

    `status` and `platform` are usually a `Status` and a `Platform`, but any text is kept.

    Attributes:
        created_at: milliseconds since the epoch, 0 to `MAX_CREATED_AT_MS`.
        ap_id: source application (AP), such as `mobile-app-001`.
    """

    transaction_id: str
    created_at: int
    user_id: str
    notification_title: str
    status: str
    platform: str
    marketing_id: str | None = None
    ap_id: str | None = None
    error_msg: str | None = None


SERVED_ATTRIBUTES: Final[Mapping[str, Any]] = {
    each.name: each.type for each in fields(ServedAttributes)
}
"""Name and type of each served attribute: `str`, `int`, or either with None."""

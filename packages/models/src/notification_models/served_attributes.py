"""The one table of served attributes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from notification_models.values import Platform, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedAttributes:
    """What a sender records of a notification and the API serves: one field per attribute.

    Command record, read-model row, projection, codec and the query API's decoder follow from these
    fields. A type that includes None makes the attribute optional. The metadata `known` names the
    values that are recognized in any case; `is_time` marks milliseconds since the epoch, which
    senders may also write in seconds.

    `status` and `platform` are usually a `Status` and a `Platform`, but any text is kept.

    Attributes:
        created_at: when the notification was created; part of the row's key.
        ap_id: source application (AP), such as `mobile-app-001`.
    """

    transaction_id: str
    created_at: int
    user_id: str
    notification_title: str | None = None
    status: str | None = field(default=None, metadata={"known": Status})
    platform: str | None = field(default=None, metadata={"known": Platform})
    marketing_id: str | None = None
    ap_id: str | None = None
    error_msg: str | None = None
    retry_cnt: int | None = None
    sns_id: str | None = None
    send_ts: int | None = field(default=None, metadata={"is_time": True})
    delivered_ts: int | None = field(default=None, metadata={"is_time": True})
    failed_ts: int | None = field(default=None, metadata={"is_time": True})


SERVED_ATTRIBUTES: Final[Mapping[str, Any]] = {
    each.name: each.type for each in fields(ServedAttributes)
}
"""Name and type of each served attribute: `str`, `int`, or either with None."""

KNOWN_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    each.name: {value.value: value.value for value in each.metadata["known"]}
    for each in fields(ServedAttributes)
    if "known" in each.metadata
}
"""The known values by attribute; a row may have any other one."""

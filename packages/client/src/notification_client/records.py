"""What the API returns, as plain immutable records.

Times are whole milliseconds since the epoch, in UTC:
`datetime.fromtimestamp(notification.created_at / 1000, UTC)`.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Attribute: TypeAlias = Literal["status", "platform", "ap_id", "error_msg", "minute", "hour", "day"]
"""What a summary can group by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One notification.

    Only its first three attributes are always there; None means that the sender did not record it.

    Attributes:
        created_at: ms since the epoch; also `send_ts`, `delivered_ts` and `failed_ts`.
        marketing_id: the campaign, if it belongs to one.
        notification_title: None for a silent push.
        status: SENT, DELIVERED, FAILED, or any other text, as its sender wrote it.
        platform: IOS, ANDROID, WEBPUSH, or any other text, as its sender wrote it.
        error_msg: why it failed; JSON if the sender recorded an object.
        ap_id: the source application, such as `mobile-app-001`.
        retry_cnt: how often the sender tried again.
        sns_id: its id at the provider.
    """

    user_id: str
    transaction_id: str
    created_at: int
    marketing_id: str | None = None
    notification_title: str | None = None
    status: str | None = None
    platform: str | None = None
    error_msg: str | None = None
    ap_id: str | None = None
    retry_cnt: int | None = None
    sns_id: str | None = None
    send_ts: int | None = None
    delivered_ts: int | None = None
    failed_ts: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One response to a query.

    Attributes:
        notifications: newest first; may be empty although more pages follow.
        message: what the service says about the response: how many rows it holds, how many could
            not be read and were left out, which values are known if a filter's value is not.
        next_cursor: where the next page begins; None on the last page.
    """

    notifications: tuple[Notification, ...]
    message: str
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The number of notifications that have the same values.

    Of the attributes only those are set that the summary groups by, and of these any may be None,
    for notifications without it.

    Attributes:
        minute: `2026-11-24T18:05+08:00`, in the summary's time zone; so is `hour`, at minute 00.
        day: `2026-11-24`, in the summary's time zone.
    """

    status: str | None = None
    platform: str | None = None
    ap_id: str | None = None
    error_msg: str | None = None
    minute: str | None = None
    hour: str | None = None
    day: str | None = None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The counts of a query's notifications, added up so far.

    Attributes:
        groups: the largest first, then by their values.
        other: notifications in no group, because a response holds at most 1,000 groups. If it is
            not 0, the counts of `groups` are lower bounds.
        counted: all notifications counted: those of `groups` and `other`.
        first_created_at: of the oldest notification counted, ms since the epoch.
        last_created_at: of the newest one.
        messages: what the service says about the responses, each text once; see `Page.message`.
        is_complete: whether all notifications of the query are counted.
    """

    groups: tuple[Group, ...]
    other: int
    counted: int
    first_created_at: int | None
    last_created_at: int | None
    messages: tuple[str, ...]
    is_complete: bool

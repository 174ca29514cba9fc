"""A row as the API returns it."""

from typing import Annotated

from msgspec import Meta, Struct

from notification_models import NotificationRecord, Platform, Status
from notification_models.values import MAX_CREATED_AT_MS


def _describe_values(known: type[Status] | type[Platform]) -> str:
    return f"{', '.join(known)}, or any other value, as its sender wrote it."


# `int64`: a client in another language must not take a 32-bit integer.
_Milliseconds = Annotated[
    int, Meta(ge=0, le=MAX_CREATED_AT_MS, extra_json_schema={"format": "int64"})
]


# The OpenAPI schema follows from these fields, in the order of the replaced service. They repeat
# the served attributes on purpose: one added to the models does not become public by accident.
# NotificationRecord itself takes five times as long to create and to encode.
# Optional ones have a default, because a query Lambda of an earlier release does not return a field
# that was added since. A text is of at most 4 KiB; a longer one was cut and ends with `…`.
class Notification(Struct, frozen=True, kw_only=True, gc=False):
    """One notification."""

    user_id: str
    transaction_id: str
    created_at: Annotated[_Milliseconds, Meta(description="Milliseconds since the epoch.")]
    marketing_id: Annotated[str | None, Meta(description="The campaign, if it belongs to one.")] = (
        None
    )
    notification_title: Annotated[str | None, Meta(description="Null for a silent push.")] = None
    status: Annotated[str | None, Meta(description=_describe_values(Status))] = None
    platform: Annotated[str | None, Meta(description=_describe_values(Platform))] = None
    error_msg: Annotated[
        str | None,
        Meta(description="Why it failed, if the sender recorded it; an object is JSON."),
    ] = None
    ap_id: Annotated[
        str | None, Meta(description="The source application, such as mobile-app-001.")
    ] = None
    retry_cnt: Annotated[
        Annotated[int, Meta(ge=0)] | None, Meta(description="How often the sender tried again.")
    ] = None
    sns_id: Annotated[str | None, Meta(description="Its id at the provider, such as SNS.")] = None
    send_ts: Annotated[_Milliseconds | None, Meta(description="When it was sent.")] = None
    delivered_ts: Annotated[_Milliseconds | None, Meta(description="When it was delivered.")] = None
    failed_ts: Annotated[_Milliseconds | None, Meta(description="When it failed.")] = None


def encode_notification(record: NotificationRecord) -> Notification:
    """Convert a record of the models to the row that the API returns."""
    return Notification(**{name: getattr(record, name) for name in Notification.__struct_fields__})

"""What a sender writes for every notification."""

from dataclasses import dataclass, field

from notification_models.exceptions import InvalidRecordError
from notification_models.served_attributes import ServedAttributes
from notification_models.values import (
    MAX_CREATED_AT_MS,
    MAX_MARKETING_ID_BYTES,
    MAX_TRANSACTION_ID_BYTES,
    MAX_USER_ID_BYTES,
)

_MAX_BYTES = {
    "transaction_id": MAX_TRANSACTION_ID_BYTES,
    "user_id": MAX_USER_ID_BYTES,
    "marketing_id": MAX_MARKETING_ID_BYTES,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord(ServedAttributes):
    """One notification as its sender recorded it. Valid by construction.

    Device token and payload may be personal data, so `repr` leaves them out.

    Raises:
        InvalidRecordError: a required text is empty, `created_at` is out of range, or an
            identifier is too long for its key in the read model.
    """

    device_token: str | None = field(default=None, repr=False)
    payload: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for attribute in ("notification_title", "status", "platform"):
            if not getattr(self, attribute):
                raise InvalidRecordError(attribute, "is empty")
        check_row_key(
            user_id=self.user_id, created_at=self.created_at, transaction_id=self.transaction_id
        )
        if self.marketing_id is not None:
            _check_identifier("marketing_id", self.marketing_id)


def check_row_key(*, user_id: str, created_at: int, transaction_id: str) -> None:
    """Check that these three fit the key of a read-model row.

    Raises:
        InvalidRecordError: one does not; the error names the attribute.
    """
    _check_identifier("transaction_id", transaction_id)
    _check_identifier("user_id", user_id)
    if not 0 <= created_at <= MAX_CREATED_AT_MS:
        raise InvalidRecordError("created_at", f"is not in 0 to {MAX_CREATED_AT_MS} milliseconds")


def _check_identifier(attribute: str, value: str) -> None:
    if not value:
        raise InvalidRecordError(attribute, "is empty")
    if len(value.encode()) > _MAX_BYTES[attribute]:
        raise InvalidRecordError(attribute, f"is longer than {_MAX_BYTES[attribute]} bytes")

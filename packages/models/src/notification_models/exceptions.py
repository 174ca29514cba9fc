"""Root of all errors of the product, and the errors of the models."""


class NotificationsError(Exception):
    """Root of all errors of the Query Service."""


class InvalidRecordError(NotificationsError):
    """A required attribute of a record is missing or unusable.

    The text names the attribute, never its value, which may be personal data.

    Attributes:
        attribute: its name.
        reason: a predicate, such as "is missing" or "is not a string".
    """

    def __init__(self, attribute: str, reason: str) -> None:
        super().__init__(f"attribute {attribute!r} {reason}")
        self.attribute = attribute
        self.reason = reason

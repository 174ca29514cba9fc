"""The root of every error this product raises, and the errors of the models."""


class NotificationsError(Exception):
    """Root of all errors of the notification query service."""


class InvalidRecordError(NotificationsError):
    """A record lacks an attribute, or holds one that cannot be what it should be.

    The text names the attribute and never its value, which may be personal data.

    Attributes:
        attribute: name of the offending attribute.
        reason: what is wrong with it, as a predicate: "is missing", "is not a string".
    """

    def __init__(self, attribute: str, reason: str) -> None:
        super().__init__(f"attribute {attribute!r} {reason}")
        self.attribute = attribute
        self.reason = reason

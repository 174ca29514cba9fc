"""The rehearsal's error."""

from notification_models import NotificationsError


class RehearsalError(NotificationsError):
    """A step of the rehearsal failed."""

"""The rehearsal's error."""

from notification_models import NotificationsError


class RehearsalError(NotificationsError):
    """A deployment to the emulator did not come out as it should."""

"""The trial's errors."""

from notification_models import NotificationsError


class TrialError(NotificationsError):
    """A step of the trial failed; the text names the record's id."""


class RecordRefusedError(TrialError):
    """DynamoDB refused the record, so there is none to delete."""

"""Typed client of the Query Service's HTTP API, synchronous and asynchronous."""

from notification_client.async_client import AsyncNotificationClient, AsyncNotifications
from notification_client.client import NotificationClient, Notifications
from notification_client.connection import HttpOptions
from notification_client.core.queries import FailureFilters, Filters, UserFilters
from notification_client.core.retries import RetryPolicy
from notification_client.errors import (
    ConnectionFailedError,
    CredentialsError,
    DeadlineExceededError,
    ForbiddenError,
    InternalError,
    InvalidCursorError,
    InvalidRequestError,
    InvalidResponseError,
    NotFoundError,
    NotificationClientError,
    ProblemError,
    RateLimitedError,
    RequestFault,
    UnavailableError,
)
from notification_client.records import Attribute, Group, Notification, Page, Summary

__all__ = [
    "AsyncNotificationClient",
    "AsyncNotifications",
    "Attribute",
    "ConnectionFailedError",
    "CredentialsError",
    "DeadlineExceededError",
    "FailureFilters",
    "Filters",
    "ForbiddenError",
    "Group",
    "HttpOptions",
    "InternalError",
    "InvalidCursorError",
    "InvalidRequestError",
    "InvalidResponseError",
    "NotFoundError",
    "Notification",
    "NotificationClient",
    "NotificationClientError",
    "Notifications",
    "Page",
    "ProblemError",
    "RateLimitedError",
    "RequestFault",
    "RetryPolicy",
    "Summary",
    "UnavailableError",
    "UserFilters",
]

"""A lean asynchronous client of AWS's JSON operations."""

from aws_client.client import AwsClient, ClientOptions, RetryPolicy, create_client
from aws_client.configuration import Session, find_session
from aws_client.connection import HttpResponse
from aws_client.credentials import Credentials
from aws_client.errors import (
    AwsError,
    ConditionFailedError,
    ConnectionFailedError,
    DeadlineExceededError,
    ExpiredCredentialsError,
    InvalidConfigurationError,
    InvalidRequestError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)

__all__ = [
    "AwsClient",
    "AwsError",
    "ClientOptions",
    "ConditionFailedError",
    "ConnectionFailedError",
    "Credentials",
    "DeadlineExceededError",
    "ExpiredCredentialsError",
    "HttpResponse",
    "InvalidConfigurationError",
    "InvalidRequestError",
    "RefusedError",
    "RetryPolicy",
    "Session",
    "ThrottledError",
    "UnavailableError",
    "create_client",
    "find_session",
]

"""The AWS client of the backend: its options, and its errors as those of the port."""

import logging
from importlib.metadata import version
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Final, Literal, TypeAlias

import aws_client
from aws_client import AwsClient, AwsError, ClientOptions, RetryPolicy, Session
from query_api.exceptions import (
    DeadlineExceededError,
    InvalidSettingsError,
    ReadModelError,
    RefusedError,
    ThrottledError,
    UnavailableError,
)
from query_api.settings import Settings

# botocore may need 2 s to find that there are none; an endpoint that is slower does not delay the
# start.
_CREDENTIALS_TIMEOUT_S: Final = 5

logger = logging.getLogger(__name__)

BackendService: TypeAlias = Literal["dynamodb", "lambda"]

_RETRY_POLICY: Final = RetryPolicy(
    attempts=3,
    first_delay_s=0.025,
    longest_delay_s=0.05,
    # Retries would add load to an overloaded service.
    retries_throttled=False,
)
# Any other error is a refusal.
_ERRORS: Final[tuple[tuple[type[AwsError], type[ReadModelError]], ...]] = (
    (aws_client.ThrottledError, ThrottledError),
    (aws_client.DeadlineExceededError, DeadlineExceededError),
    (aws_client.UnavailableError, UnavailableError),
    # The service renews them by itself, so the same query may succeed later.
    (aws_client.ExpiredCredentialsError, UnavailableError),
)


def create_backend_client(
    service: BackendService, settings: Settings, session: Session | None = None
) -> AwsClient:
    """Create the client of a backend.

    Args:
        session: None for the region and credentials in AWS's usual variables and files.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    is_lambda = service == "lambda"
    endpoint_url = settings.lambda_endpoint_url if is_lambda else settings.dynamodb_endpoint_url
    options = ClientOptions(
        max_connections=settings.max_connections,
        # A second attempt must fit before the deadline.
        connect_timeout_s=settings.deadline_s / 4,
        attempt_timeout_s=settings.deadline_s / 2,
        retry_policy=_RETRY_POLICY,
        user_agent=f"query-api/{version('query-api')}",
    )
    session = session or find_session()
    try:
        return aws_client.create_client(session, service, options, endpoint_url)
    except aws_client.InvalidConfigurationError as error:
        raise InvalidSettingsError(error.setting, error.reason) from error


def find_session() -> Session:
    """Find region and credentials in AWS's usual variables and files.

    Raises:
        InvalidSettingsError: no region is set, or AWS's own settings are invalid.
    """
    try:
        return aws_client.find_session()
    except aws_client.InvalidConfigurationError as error:
        raise InvalidSettingsError(error.setting, error.reason) from error


def check_credentials(session: Session, timeout_s: float = _CREDENTIALS_TIMEOUT_S) -> None:
    """Check that there are credentials, as far as that is known in time.

    Where an endpoint provides them, it may be slow or down for a while: then the service starts
    with a warning, and reads them when they are needed.

    Raises:
        InvalidSettingsError: there are none.
    """
    if session.credentials:
        return
    loaded: SimpleQueue[AwsError | None] = SimpleQueue()
    # A thread of its own, which an executor would wait for when the process ends.
    Thread(target=_load_credentials, args=[session, loaded], daemon=True).start()
    try:
        error = loaded.get(timeout=timeout_s)
    except Empty:
        logger.warning("no credentials after %s s", timeout_s)
        return
    if isinstance(error, aws_client.RefusedError):
        raise InvalidSettingsError(
            "AWS credentials",
            f"{error.code}; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
        )
    if error:
        logger.warning("no credentials yet: %s", error.code)


def _load_credentials(session: Session, loaded: "SimpleQueue[AwsError | None]") -> None:
    try:
        session.load_credentials()
    except AwsError as error:
        loaded.put(error)
    else:
        loaded.put(None)


def map_error(error: AwsError) -> ReadModelError:
    """Return the error of the port for one of the client's."""
    for kind, mapped in _ERRORS:
        if isinstance(error, kind):
            return mapped(error.code)
    return RefusedError(error.code)

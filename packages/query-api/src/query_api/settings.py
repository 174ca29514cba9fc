"""Settings from environment variables, read once by the composition root."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from notification_models.embedded_metrics import METRIC_NAMESPACE
from notification_models.schema import NOTIFICATION_RECORDS
from query_api.exceptions import InvalidSettingsError

PREFIX: Final = "QUERY_"

_COUNT_SHARE: Final = 0.6

_URL: Final = TypeAdapter(AnyHttpUrl)


def _check_url(value: str) -> str:
    _URL.validate_python(value)
    return value


class Settings(BaseSettings):
    """What differs between deployments.

    Region and credentials are not here: they are in AWS's usual variables and files.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    table_name: str = Field(
        default=NOTIFICATION_RECORDS.name, min_length=3, description="Table of the read model."
    )
    dynamodb_endpoint_url: Annotated[str, AfterValidator(_check_url)] | None = Field(
        default=None, description="Endpoint URL of DynamoDB; default: AWS's for the region."
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="Port to listen on; 0 for any free one."
    )
    backend: Literal["dynamodb", "lambda"] = Field(
        default="dynamodb",
        description="What queries are sent to: DynamoDB or the query Lambda.",
    )
    function_name: str = Field(
        default="notification-query",
        min_length=1,
        description="Name or ARN of the query Lambda, if that is the backend.",
    )
    lambda_endpoint_url: Annotated[str, AfterValidator(_check_url)] | None = Field(
        default=None, description="Endpoint URL of Lambda; default: AWS's for the region."
    )
    deadline_ms: int = Field(
        default=400, ge=1, le=60_000, description="Milliseconds a query may take; then 504."
    )
    max_connections: int = Field(
        default=32,
        ge=1,
        le=1000,
        description="Most connections to the backend; each carries one request at a time.",
    )

    # A quarter of a core serves about 1,000 requests a second: this many wait 130 ms for it, which
    # leaves most of the deadline to DynamoDB and one retry.
    max_in_flight: int = Field(
        default=128, ge=1, le=10_000, description="Most requests in flight; further ones get 503."
    )
    cache_ttl_ms: int = Field(
        default=0, ge=0, le=60_000, description="Milliseconds to cache pages; 0 disables the cache."
    )
    cache_max_entries: int = Field(
        default=500,
        ge=1,
        le=10_000,
        description="Most cached pages, of at most 64 KiB of text each.",
    )
    # A page of 2,000 rows takes 3 ms; with more, queries on a quarter of a core would wait for it.
    count_cpu_percent: int = Field(
        default=10, ge=1, le=100, description="Percent of a core that summaries may take together."
    )
    metrics_interval_s: int = Field(
        default=60, ge=0, le=3600, description="Seconds between lines of metrics; 0 disables them."
    )

    metrics_namespace: str = Field(
        default=METRIC_NAMESPACE,
        min_length=1,
        description="CloudWatch namespace of the metrics.",
    )

    # ECS kills a task 30 s after SIGTERM. Queries in flight end by their deadline; this is for
    # clients that stop in the middle of sending a request or of reading a response.
    shutdown_s: int = Field(
        default=20, ge=1, le=110, description="Seconds to finish requests in flight after SIGTERM."
    )

    @property
    def deadline_s(self) -> float:
        """Seconds a query may take."""
        return self.deadline_ms / 1000

    @property
    def count_s(self) -> float:
        """Seconds of counting in a request; its last reads and its response follow."""
        return self.deadline_s * _COUNT_SHARE


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        InvalidSettingsError: a setting is invalid; names the first such variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise InvalidSettingsError(f"{PREFIX}{first['loc'][0]}".upper(), first["msg"]) from None

"""Settings, from environment variables; read once, by the wiring."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AnyHttpUrl, Field, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from notification_models.schema import NOTIFICATION_RECORDS
from query_api.exceptions import InvalidSettingsError

PREFIX: Final = "QUERY_"

_URL: Final = TypeAdapter(AnyHttpUrl)


def _check_url(value: str) -> str:
    _URL.validate_python(value)
    return value


class Settings(BaseSettings):
    """What differs between places this service runs in.

    Region and credentials are not here: boto3 finds them as it always does.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    table_name: str = Field(
        default=NOTIFICATION_RECORDS.name, min_length=3, description="Table of the read model."
    )
    dynamodb_endpoint_url: Annotated[str, AfterValidator(_check_url)] | None = Field(
        default=None, description="DynamoDB somewhere else than at AWS, such as an emulator."
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 for any.")
    backend: Literal["dynamodb", "lambda"] = Field(
        default="dynamodb", description="What is asked: DynamoDB itself, or the query Lambda."
    )
    function_name: str = Field(
        default="notification-query",
        min_length=1,
        description="Name or ARN of the query Lambda; of use with that backend.",
    )
    lambda_endpoint_url: Annotated[str, AfterValidator(_check_url)] | None = Field(
        default=None, description="Lambda somewhere else than at AWS, such as an emulator."
    )
    deadline_ms: int = Field(
        default=400, ge=1, le=60_000, description="Milliseconds one answer may take; then 504."
    )
    max_connections: int = Field(
        default=32,
        ge=1,
        le=1000,
        description="Connections to the backend, and requests to it at once.",
    )

    @property
    def deadline_s(self) -> float:
        """Seconds one answer may take."""
        return self.deadline_ms / 1000


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises:
        InvalidSettingsError: one of them is not valid; names the first such variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise InvalidSettingsError(f"{PREFIX}{first['loc'][0]}".upper(), first["msg"]) from None

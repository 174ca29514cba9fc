"""The composition root: settings, the read model's implementation, the routes."""

from collections.abc import Sequence
from typing import Final

import boto3
from litestar import Litestar, Router
from litestar.types import LifespanHook

from query_api.aws.client import ClientOptions
from query_api.aws.endpoint import create_session
from query_api.dynamodb.read_model import DynamoDBReadModel, create_read_model
from query_api.lambda_backend import LambdaReadModel, create_lambda_read_model
from query_api.openapi import create_openapi_config, get_openapi
from query_api.problems import MAX_BODY_BYTES, answer_error
from query_api.read_model import ReadModel
from query_api.request_id import add_request_id
from query_api.routes.health import get_health
from query_api.routes.notifications import create_query_handlers
from query_api.settings import Settings, load_settings

STAGE_PREFIX: Final = "/v1"
"""The gateway's stage, which its private integration may forward as a part of the path."""


def create_app(settings: Settings | None = None, session: boto3.Session | None = None) -> Litestar:
    """Make the service with DynamoDB behind it.

    Args:
        settings: None reads the environment.
        session: gives region and credentials; None for boto3's default ones.

    Raises:
        InvalidSettingsError: it cannot run with these settings.
    """
    settings = settings or load_settings()
    read_model = _create_read_model(settings, session or create_session())
    return assemble_app(read_model, deadline_s=settings.deadline_s, on_shutdown=[read_model.close])


def _create_read_model(
    settings: Settings, session: boto3.Session
) -> DynamoDBReadModel | LambdaReadModel:
    is_lambda = settings.backend == "lambda"
    options = ClientOptions(
        endpoint_url=settings.lambda_endpoint_url if is_lambda else settings.dynamodb_endpoint_url,
        deadline_s=settings.deadline_s,
        max_connections=settings.max_connections,
    )
    if is_lambda:
        return create_lambda_read_model(session, settings.function_name, options)
    return create_read_model(session, settings.table_name, options)


def assemble_app(
    read_model: ReadModel, *, deadline_s: float, on_shutdown: Sequence[LifespanHook] = ()
) -> Litestar:
    """Make the service over any read model; every route is there with and without the stage."""
    handlers = [get_health, *create_query_handlers(read_model, deadline_s=deadline_s)]
    stage = Router(STAGE_PREFIX, route_handlers=[*handlers, get_openapi], include_in_schema=False)
    return Litestar(
        route_handlers=[*handlers, stage],
        exception_handlers={Exception: answer_error},
        before_send=[add_request_id],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=create_openapi_config(),
        on_shutdown=on_shutdown,
        # The service logs what failed by itself; Litestar would log texts of exceptions.
        logging_config=None,
        debug=False,
    )

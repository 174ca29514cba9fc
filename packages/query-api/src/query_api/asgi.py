"""The composition root: settings, the read model's implementation, the routes."""

from collections.abc import Sequence
from typing import Final

import boto3
from litestar import Litestar, Router
from litestar.types import LifespanHook

from query_api.dynamodb.boto3_read_model import Boto3ReadModel, create_client
from query_api.problems import MAX_BODY_BYTES, answer_error
from query_api.read_model import ReadModel
from query_api.request_id import add_request_id
from query_api.routes.docs import get_docs_asset, get_docs_page, get_openapi
from query_api.routes.health import create_readiness_handler, get_health
from query_api.routes.legacy import redirect_to_fail
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
    client = create_client(
        session,
        endpoint_url=settings.dynamodb_endpoint_url,
        attempt_timeout_s=settings.deadline_s,
        max_connections=settings.max_connections,
    )
    read_model = Boto3ReadModel(client, settings.table_name, max_threads=settings.max_connections)
    return assemble_app(read_model, deadline_s=settings.deadline_s, on_shutdown=[read_model.close])


def assemble_app(
    read_model: ReadModel, *, deadline_s: float, on_shutdown: Sequence[LifespanHook] = ()
) -> Litestar:
    """Make the service over any read model; every route is there with and without the stage."""
    handlers = [
        get_health,
        create_readiness_handler(read_model, deadline_s=deadline_s),
        *create_query_handlers(read_model, deadline_s=deadline_s),
        redirect_to_fail,
        get_openapi,
        get_docs_page,
        get_docs_asset,
    ]
    stage = Router(STAGE_PREFIX, route_handlers=handlers)
    return Litestar(
        route_handlers=[*handlers, stage],
        exception_handlers={Exception: answer_error},
        before_send=[add_request_id],
        request_max_body_size=MAX_BODY_BYTES,
        openapi_config=None,  # `query_api.openapi` describes the API
        on_shutdown=on_shutdown,
        # The service logs what failed by itself; Litestar would log texts of exceptions.
        logging_config=None,
        debug=False,
    )

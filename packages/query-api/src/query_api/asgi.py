"""Composition root: wires settings, read model, routes and middleware."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from time import time
from typing import Final, TypeAlias

from litestar import Litestar, Router
from litestar.types import ASGIApp, LifespanHook

from aws_client import Session
from query_api.dynamodb.counting.pace import Pace
from query_api.dynamodb.read_model import DynamoDBReadModel
from query_api.http.problems import create_error_response
from query_api.middleware.admission import Admission
from query_api.middleware.exact_path import ExactPath
from query_api.middleware.observed_app import ObservedApp
from query_api.observability.access_log import create_access_log
from query_api.observability.json_log import JsonLog
from query_api.observability.metrics import RequestMetrics
from query_api.observability.observation import Observer
from query_api.query_lambda.read_model import LambdaReadModel
from query_api.read_model.backend_client import create_backend_client
from query_api.read_model.cache import CachedReadModel
from query_api.read_model.deadline import DeadlineReadModel
from query_api.read_model.port import ReadModel
from query_api.routes.console import get_console, get_console_asset, redirect_to_console
from query_api.routes.docs import (
    get_docs_asset,
    get_docs_page,
    get_openapi,
)
from query_api.routes.health import create_readiness_handler, get_health
from query_api.routes.legacy import create_legacy_handlers
from query_api.routes.notifications import Clock, create_query_handlers
from query_api.routes.summaries import create_summary_handlers
from query_api.settings import Settings, load_settings

STAGE_PREFIX: Final = "/v1"
"""The gateway's stage, which its private integration may keep in the path."""

# Polled every few seconds, so it bypasses the in-flight limit and is neither measured nor logged
# while it succeeds.
_LIVENESS: Final = frozenset({"/health"})

_Lifespan: TypeAlias = AbstractAsyncContextManager[None]


def create_app(
    settings: Settings | None = None,
    session: Session | None = None,
    *,
    log: JsonLog | None = None,
) -> ASGIApp:
    """Create the service over DynamoDB or the query Lambda.

    Args:
        settings: None reads the environment.
        session: None for the region and credentials in AWS's usual variables and files.
        log: receives a line for each request and the metrics; None for neither.

    Raises:
        InvalidSettingsError: a setting keeps the service from starting.
    """
    settings = settings or load_settings()
    backend = _create_backend(settings, session)
    observers, lifespan = _create_observers(settings, log)
    routes = create_routes(
        DeadlineReadModel(_add_cache(backend, settings), deadline_s=settings.deadline_s),
        backend=DeadlineReadModel(backend, deadline_s=settings.deadline_s),
        lifespan=lifespan,
        on_shutdown=[backend.close],
    )
    return add_middleware(routes, max_in_flight=settings.max_in_flight, observers=observers)


def create_routes(
    read_model: ReadModel,
    *,
    backend: ReadModel | None = None,
    clock: Clock = time,
    lifespan: Sequence[_Lifespan] = (),
    on_shutdown: Sequence[LifespanHook] = (),
) -> Litestar:
    """Create every route over a read model, with and without the stage prefix.

    Args:
        backend: what readiness queries; None for the read model, which may be a cache.
        clock: seconds since the epoch.
    """
    handlers = [
        get_health,
        create_readiness_handler(backend or read_model),
        *create_query_handlers(read_model, clock),
        *create_summary_handlers(read_model, clock),
        *create_legacy_handlers(),
        get_openapi,
        get_docs_page,
        get_docs_asset,
        redirect_to_console,
        get_console,
        get_console_asset,
    ]
    return Litestar(
        route_handlers=[*handlers, Router(STAGE_PREFIX, route_handlers=handlers)],
        exception_handlers={Exception: create_error_response},
        openapi_config=None,  # `query_api.openapi.description` describes the API
        lifespan=lifespan,
        on_shutdown=on_shutdown,
        # The service logs its failures itself; Litestar would log the texts of exceptions.
        logging_config=None,
        debug=False,
    )


def add_middleware(
    routes: Litestar, *, max_in_flight: int, observers: Sequence[Observer] = ()
) -> ASGIApp:
    """Refuse inexact paths, limit the requests in flight, report each one to the observers."""
    pages = [page for prefix in ("", STAGE_PREFIX) for page in (prefix, f"{prefix}/console")]
    exact = ExactPath(routes, pages=pages)
    admitted = Admission(exact, max_in_flight=max_in_flight, exempt=_LIVENESS)
    templates = [each.path_format for each in routes.routes]
    names = {each: each.removeprefix(STAGE_PREFIX) or "/" for each in templates}
    return ObservedApp(admitted, routes=names, observers=observers, unobserved=_LIVENESS)


def _create_backend(
    settings: Settings, session: Session | None
) -> DynamoDBReadModel | LambdaReadModel:
    client = create_backend_client(settings.backend, settings, session)
    if settings.backend == "lambda":
        return LambdaReadModel(client, settings.function_name)
    return DynamoDBReadModel(
        client,
        settings.table_name,
        count_s=settings.count_s,
        pace=Pace(
            cpu_share=settings.count_cpu_percent / 100,
            max_reads=-(-settings.max_connections // 2),  # the others are free for queries
        ),
    )


def _add_cache(read_model: ReadModel, settings: Settings) -> ReadModel:
    if not settings.cache_ttl_ms:
        return read_model
    return CachedReadModel(
        read_model,
        ttl_s=settings.cache_ttl_ms / 1000,
        max_entries=settings.cache_max_entries,
    )


def _create_observers(
    settings: Settings, log: JsonLog | None
) -> tuple[list[Observer], list[_Lifespan]]:
    if log is None:
        return [], []
    access_log = create_access_log(log)
    if not settings.metrics_interval_s:
        return [access_log], []
    metrics = RequestMetrics(
        lambda document: log.write("info", "metrics", document),
        namespace=settings.metrics_namespace,
    )
    return [access_log, metrics.record], [metrics.reporting(settings.metrics_interval_s)]

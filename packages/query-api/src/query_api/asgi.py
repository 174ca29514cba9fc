"""The composition root: settings, the read model's implementation, the routes, what is around."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import boto3
from litestar import Litestar, Router
from litestar.types import (
    LifespanHook,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Receive,
    Scope,
    Send,
)

from query_api.aws.client import ClientOptions
from query_api.aws.endpoint import create_session
from query_api.dynamodb.read_model import DynamoDBReadModel, create_read_model
from query_api.http.problems import answer_error
from query_api.middleware.admission import Admission
from query_api.middleware.client_gone import ClientWatch
from query_api.middleware.observed_app import ObservedApp
from query_api.observability.access_log import create_access_log
from query_api.observability.json_log import JsonLog
from query_api.observability.metrics import RequestMetrics
from query_api.observability.observation import Observer
from query_api.query_lambda.read_model import LambdaReadModel, create_lambda_read_model
from query_api.read_model.cache import CachedReadModel
from query_api.read_model.port import ReadModel
from query_api.routes.docs import get_docs_asset, get_docs_page, get_openapi
from query_api.routes.health import create_readiness_handler, get_health
from query_api.routes.legacy import redirect_to_fail
from query_api.routes.notifications import create_query_handlers
from query_api.settings import Settings, load_settings

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

STAGE_PREFIX: Final = "/v1"
"""The gateway's stage, which its private integration may forward as a part of the path."""

# Load balancers ask it every few seconds: let in under any load, not counted, and not worth a line.
_LIVENESS: Final = frozenset({"/health"})

_DEFAULT_MAX_IN_FLIGHT: Final[int] = Settings.model_fields["max_in_flight"].default


@dataclass(frozen=True, slots=True)
class Service:
    """The ASGI application.

    Attributes:
        litestar: the routes, without what is around them.
    """

    litestar: Litestar
    _entry: ObservedApp

    async def __call__(
        self,
        scope: Scope | LifeSpanScope,
        receive: Receive | LifeSpanReceive,
        send: Send | LifeSpanSend,
    ) -> None:
        """Serve a request, or the application's life."""
        serve = self.litestar if scope["type"] == "lifespan" else self._entry
        await serve(scope, receive, send)  # type: ignore[arg-type]  # the three go together


@dataclass(slots=True)
class _Observability:
    """Who is told about requests, and what runs beside them for that."""

    observers: list[Observer] = field(default_factory=list)
    lifespan: "list[AbstractAsyncContextManager[None]]" = field(default_factory=list)


def create_app(
    settings: Settings | None = None,
    session: boto3.Session | None = None,
    *,
    log: JsonLog | None = None,
) -> Service:
    """Make the service with DynamoDB behind it.

    Args:
        settings: None reads the environment.
        session: gives region and credentials; None for boto3's default ones.
        log: takes a line for each request and the metrics; None for neither.

    Raises:
        InvalidSettingsError: it cannot run with these settings.
    """
    settings = settings or load_settings()
    read_model = _create_read_model(settings, session or create_session())
    observability = _create_observability(settings, log) if log else _Observability()
    return assemble_app(
        _add_cache(read_model, settings),
        backend=read_model,
        deadline_s=settings.deadline_s,
        max_in_flight=settings.max_in_flight,
        observers=observability.observers,
        lifespan=observability.lifespan,
        on_shutdown=[read_model.close],
    )


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
    read_model: ReadModel,
    *,
    backend: ReadModel | None = None,
    deadline_s: float,
    max_in_flight: int = _DEFAULT_MAX_IN_FLIGHT,
    observers: Sequence[Observer] = (),
    lifespan: "Sequence[AbstractAsyncContextManager[None]]" = (),
    on_shutdown: Sequence[LifespanHook] = (),
) -> Service:
    """Make the service over any read model; every route is there with and without the stage.

    Args:
        backend: what readiness is about, where a cache is before it.
    """
    handlers = [
        get_health,
        create_readiness_handler(backend or read_model, deadline_s=deadline_s),
        *create_query_handlers(read_model, deadline_s=deadline_s),
        redirect_to_fail,
        get_openapi,
        get_docs_page,
        get_docs_asset,
    ]
    stage = Router(STAGE_PREFIX, route_handlers=handlers)
    litestar = Litestar(
        route_handlers=[*handlers, stage],
        exception_handlers={Exception: answer_error},
        openapi_config=None,  # `query_api.openapi.description` describes the API
        lifespan=lifespan,
        on_shutdown=on_shutdown,
        # The service logs what failed by itself; Litestar would log texts of exceptions.
        logging_config=None,
        debug=False,
    )
    admitted = Admission(ClientWatch(litestar), max_in_flight=max_in_flight, exempt=_LIVENESS)
    routes = {each.path: each.path.removeprefix(STAGE_PREFIX) for each in litestar.routes}
    entry = ObservedApp(admitted, routes=routes, observers=observers, unobserved=_LIVENESS)
    return Service(litestar, entry)


def _add_cache(read_model: ReadModel, settings: Settings) -> ReadModel:
    if not settings.cache_ttl_ms:
        return read_model
    return CachedReadModel(
        read_model,
        ttl_s=settings.cache_ttl_ms / 1000,
        max_entries=settings.cache_max_entries,
    )


def _create_observability(settings: Settings, log: JsonLog) -> _Observability:
    observability = _Observability([create_access_log(log)])
    if settings.metrics_interval_s:
        metrics = RequestMetrics(lambda document: log.write("info", "metrics", document))
        observability.observers.append(metrics.record)
        observability.lifespan.append(metrics.reporting(settings.metrics_interval_s))
    return observability

"""Liveness and readiness.

A load balancer polls liveness and replaces the process when it fails, so liveness depends on
nothing else. Readiness is for deployments and for people on call.
"""

from litestar import route
from litestar.handlers import HTTPRouteHandler

from query_api.exceptions import NotReadyError, RefusedError
from query_api.http.methods import READ_METHODS
from query_api.read_model.port import ReadModel
from query_api.read_model.queries import READINESS_QUERY


@route("/health", http_method=READ_METHODS, sync_to_thread=False)
def get_health() -> dict[str, str]:
    """Respond as long as the process runs."""
    return {"status": "ok"}


def create_readiness_handler(read_model: ReadModel) -> HTTPRouteHandler:
    """Create the handler that queries the read model, with the permissions of a query."""

    @route("/health/ready", http_method=READ_METHODS)
    async def get_readiness() -> dict[str, str]:
        try:
            await read_model.get_page(READINESS_QUERY)
        except RefusedError as error:
            raise NotReadyError(error.code) from error
        return {"status": "ready"}

    return get_readiness

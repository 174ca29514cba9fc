"""Is the process alive, and can it answer?

A load balancer asks the first and restarts what does not answer: it must not depend on anything
else. The second is for whoever rolls out or looks for a fault.
"""

from litestar import get
from litestar.handlers import HTTPRouteHandler

from query_api.read_model.port import ReadModel
from query_api.read_model.queries import check_ready


@get("/health", sync_to_thread=False)
def get_health() -> dict[str, str]:
    """Answer as long as the process can."""
    return {"status": "ok"}


def create_readiness_handler(read_model: ReadModel, *, deadline_s: float) -> HTTPRouteHandler:
    """Make the handler that asks the read model, within the seconds that an answer may take."""

    @get("/health/ready")
    async def get_readiness() -> dict[str, str]:
        await check_ready(read_model, deadline_s=deadline_s)
        return {"status": "ready"}

    return get_readiness

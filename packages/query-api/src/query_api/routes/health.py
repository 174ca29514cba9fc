"""Is the process alive? What it depends on is not asked: a load balancer must not restart it."""

from litestar import get


@get("/health", summary="Is the process alive?", sync_to_thread=False)
def get_health() -> dict[str, str]:
    """Answer as long as the process can."""
    return {"status": "ok"}

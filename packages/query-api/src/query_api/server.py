"""The HTTP server."""

from typing import Final

import uvicorn
from litestar.types import ASGIApp

from query_api.settings import Settings

# Longer than the idle timeout of an AWS load balancer (60 s): if the service closed first, the
# load balancer would send a request into a closing connection and respond with 502.
KEEP_ALIVE_S: Final = 75


def create_server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """Create the server: one process, one event loop; `run()` serves until a signal.

    The process configures logging; the server adds no handler of its own.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=1,
        loop="auto",  # uvloop, except on Windows
        http="httptools",
        ws="none",
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.shutdown_s,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the service uses neither the client's address nor its scheme
        log_config=None,
    )
    return uvicorn.Server(config)

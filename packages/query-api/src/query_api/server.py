"""The HTTP server around the app."""

from typing import Final

import uvicorn
from litestar.types import ASGIApp

from query_api.settings import Settings

# Longer than the idle timeout of an AWS load balancer (60 s): it has to be the one that closes,
# else it sends a request into a connection that is just being closed, and answers 502.
KEEP_ALIVE_S: Final = 75


def create_server(app: ASGIApp, settings: Settings) -> uvicorn.Server:
    """Make the server, one process on one event loop; `run()` serves until a signal.

    Logging is left to the process: the server adds no handler of its own.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        workers=1,
        loop="auto",  # uvloop wherever it exists, which is everywhere but on Windows
        http="httptools",
        ws="none",
        lifespan="on",
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=settings.shutdown_s,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks who the client is, or whether it used TLS
        log_config=None,
    )
    return uvicorn.Server(config)

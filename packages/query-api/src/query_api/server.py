"""The HTTP server: uvicorn's, with connections of our own."""

from functools import partial
from typing import TYPE_CHECKING, cast

import uvicorn
from litestar.types import ASGIApp

from query_api.http1.connection import Connection
from query_api.http1.watchdog import Watchdog
from query_api.settings import Settings

if TYPE_CHECKING:
    import asyncio


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
        # uvicorn only calls it.
        http=cast("type[asyncio.Protocol]", partial(Connection, Watchdog())),
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=settings.shutdown_s,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the service uses neither the client's address nor its scheme
        log_config=None,
    )
    return uvicorn.Server(config)

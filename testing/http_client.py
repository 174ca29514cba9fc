"""HTTP clients for servers of this machine: no proxy, and no other setting of the environment."""

from typing import Any, Final

import httpx

_TIMEOUT_S: Final = 60  # a busy machine exceeds httpx's 5 s


def open_client(base_url: str = "", **options: Any) -> httpx.Client:  # noqa: ANN401 - httpx's own
    """Open a client."""
    return httpx.Client(base_url=base_url, **{"trust_env": False, "timeout": _TIMEOUT_S} | options)


def open_async_client(**options: Any) -> httpx.AsyncClient:  # noqa: ANN401 - httpx's own
    """Open a client for an event loop."""
    return httpx.AsyncClient(**{"trust_env": False, "timeout": _TIMEOUT_S} | options)

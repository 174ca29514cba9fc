"""HTTP clients for servers of this machine."""

from typing import Any

import httpx


def open_client(base_url: str = "", **options: Any) -> httpx.Client:  # noqa: ANN401 - httpx's own
    """Open a client that uses no proxy and no other setting of the environment."""
    return httpx.Client(base_url=base_url, trust_env=False, **options)

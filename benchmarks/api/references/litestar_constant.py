"""Litestar returning a constant: the cost of the server and the framework alone."""

from litestar import Litestar, post


@post("/query/user", status_code=200)
async def query_user() -> dict[str, str]:
    """Return a constant."""
    return {"status": "ok"}


app = Litestar([query_user])

"""Litestar returning a constant: about what the server and the framework alone cost."""

from litestar import Litestar, post


@post("/query/user", status_code=200)
async def query_user() -> dict[str, str]:
    """Answer without asking anyone."""
    return {"status": "ok"}


app = Litestar([query_user])

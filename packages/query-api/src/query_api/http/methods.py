"""Methods of the routes."""

from collections.abc import Sequence
from typing import Final

from litestar.enums import HttpMethod
from litestar.exceptions import MethodNotAllowedException
from litestar.types import Scope

READ_METHODS: Final[Sequence[HttpMethod]] = (HttpMethod.GET, HttpMethod.HEAD)
"""Of routes that read: the server drops the body of a response to HEAD, not its headers.

Source: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2
"""


def check_is_post(scope: Scope) -> None:
    """Refuse other methods, as Litestar does for its HTTP handlers."""
    if scope.get("method") != "POST":
        raise MethodNotAllowedException(headers={"allow": "POST"})

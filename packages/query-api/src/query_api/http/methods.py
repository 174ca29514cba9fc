"""Methods of the routes."""

from collections.abc import Sequence
from typing import Final

from litestar.enums import HttpMethod

READ_METHODS: Final[Sequence[HttpMethod]] = (HttpMethod.GET, HttpMethod.HEAD)
"""Of routes that read: the server drops the body of a response to HEAD, not its headers.

Source: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2
"""

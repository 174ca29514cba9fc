"""The smoke test's check of the console: the page and all that it loads."""

import re
from typing import Final

import httpx

from infra.constructs.private_api.routes import CONSOLE
from infra.deployment.smoke_api import Api, expect_status
from infra.exceptions import CheckFailedError

_LINK: Final = re.compile(rf'"({CONSOLE}/[^"]+)"')
_TYPES: Final = {"css": "text/css", "js": "text/javascript", "mjs": "text/javascript"}
_REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"


def check_console(api: Api) -> None:
    """Load the page as a browser does; raises `CheckFailedError` with the first fault."""
    page = api.get(CONSOLE)
    expect_status(page)
    parts = sorted(set(_LINK.findall(_decode(page, CONSOLE))))
    if not parts:
        raise CheckFailedError("the page loads nothing")
    for path in parts:
        _check_part(api, path)


def _check_part(api: Api, path: str) -> None:
    name = path.rpartition("/")[2]
    response = api.get(path)
    if response.status_code != httpx.codes.OK:
        raise CheckFailedError(f"{name} has status {response.status_code}")
    media_type = response.headers.get("content-type", "").partition(";")[0]
    if media_type != _TYPES.get(path.rpartition(".")[2]):
        raise CheckFailedError(f"{name} is of type {media_type}")
    if "immutable" not in response.headers.get("cache-control", ""):
        raise CheckFailedError(f"{name} is not to be kept")
    if not _decode(response, name):
        raise CheckFailedError(f"{name} is empty")


def _decode(response: httpx.Response, name: str) -> str:
    """Decode a text; a proxy that takes it for another encoding, or for binary, changes it."""
    try:
        text = response.content.decode()
    except UnicodeDecodeError as error:
        raise CheckFailedError(f"{name} is not in UTF-8") from error
    if _REPLACEMENT in text:
        raise CheckFailedError(f"{name} has lost characters on its way")
    return text

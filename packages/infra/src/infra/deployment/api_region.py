"""The region of an API of API Gateway, for which its requests are signed."""

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"\.execute-api\.([a-z0-9-]+)\.")


def find_region(url: str) -> str | None:
    """Return the region in the host name; None if the host is none of API Gateway."""
    found = _HOST.search(urlsplit(url).hostname or "")
    return found[1] if found else None

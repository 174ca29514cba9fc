"""Tries a deployment: `python -m infra.deployment.smoke URL`. It changes nothing."""

import argparse
import sys
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx

from infra.deployment.smoke_checks import Api, Check, list_checks
from infra.exceptions import CheckFailedError

STAGE: Final = "/v1"

_TIMEOUT_S: Final = 10


def list_base_urls(url: str) -> Iterator[str]:
    """List where the API must be: the service itself also answers under the gateway's stage."""
    url = url.rstrip("/")
    yield url
    if not urlsplit(url).path.endswith(STAGE):
        yield url + STAGE


def smoke(
    client: httpx.Client, url: str, user_id: str | None, report: Callable[[str], None]
) -> bool:
    """Run every check at every place; returns whether all came out as they should."""
    results = [
        _run(check, Api(client, base_url), report)
        for base_url in list_base_urls(url)
        for check in list_checks(user_id)
    ]
    if user_id is None:
        report("--    pages were not turned: for that, name a user with two of them: --user-id ID")
    report(f"{results.count(True)} of {len(results)} checks passed")
    return all(results)


def _run(check: Check, api: Api, report: Callable[[str], None]) -> bool:
    name = f"{urlsplit(api.base_url).path}/{check.path}: {check.expectation}"
    try:
        check.run(api)
    except CheckFailedError as error:
        report(f"FAIL  {name}: {error}")
        return False
    report(f"ok    {name}")
    return True


def main() -> None:
    """Run the checks, and exit with status 1 if one fails."""
    parser = argparse.ArgumentParser(prog="nox -s smoke --", description=__doc__)
    parser.add_argument("url", help="of the API's stage (the output ApiUrl), or of the service")
    parser.add_argument("--user-id", help="a user with two notifications or more, to turn pages")
    options = parser.parse_args()
    # What answers has to be what was named: neither a proxy nor what a .netrc leads to.
    with httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
        passed = smoke(client, options.url, options.user_id, report=print)
    sys.exit(not passed)


if __name__ == "__main__":
    main()

"""Checks a deployment and changes nothing: `python -m infra.deployment.smoke URL`."""

import argparse
import sys
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx

from infra.constructs.private_api.routes import STAGE
from infra.deployment.smoke_api import Api, create_signer, open_api
from infra.deployment.smoke_checks import Check, list_checks
from infra.exceptions import CheckFailedError
from notification_client import NotificationClient, NotificationClientError


def list_base_urls(url: str) -> Iterator[str]:
    """List the base URLs to check: the service itself also serves under the gateway's stage."""
    url = url.rstrip("/")
    yield url
    if not urlsplit(url).path.endswith(f"/{STAGE}"):
        yield f"{url}/{STAGE}"


def smoke(
    url: str,
    user_id: str | None,
    report: Callable[[str], None],
    signer: httpx.Auth | None = None,
    transport: httpx.BaseTransport | None = None,
) -> bool:
    """Run every check at every base URL; returns whether all passed.

    Args:
        signer: signs requests, for an API with IAM authorization.
        transport: sends requests instead of httpx's own.
    """
    results = []
    for base_url in list_base_urls(url):
        checks = list_checks(user_id, is_signed=signer is not None)
        with open_api(base_url, signer, transport) as api:
            results += [_run(check, api, report) for check in checks]
    if signer is not None:
        report("--    the console and docs were not checked: browsers cannot sign requests")
    if user_id is None:
        report("--    paging was not checked: name a user with two notifications by --user-id ID")
    report(f"{results.count(True)} of {len(results)} checks passed")
    return all(results)


def _run(check: Check, api: Api, report: Callable[[str], None]) -> bool:
    name = f"{urlsplit(api.base_url).path}/{check.path}: {check.expectation}"
    try:
        check.run(api)
    except (CheckFailedError, NotificationClientError) as error:
        report(f"FAIL  {name}: {error}")
        return False
    report(f"ok    {name}")
    return True


def api_url(text: str) -> str:
    """Check the URL of an API; raises ValueError for another one."""
    NotificationClient(text).close()
    return text


def main() -> None:
    """Run the checks, and exit with status 1 if one fails."""
    parser = argparse.ArgumentParser(prog="nox -s smoke --", description=__doc__)
    parser.add_argument(
        "url", type=api_url, help="URL of the API's stage (the output ApiUrl), or of the service"
    )
    parser.add_argument("--user-id", help="a user with at least two notifications, to check paging")
    parser.add_argument(
        "--sign",
        action="store_true",
        help="sign requests with your AWS credentials, for an API with IAM_AUTHORIZATION",
    )
    options = parser.parse_args()
    try:
        signer = create_signer(options.url) if options.sign else None
    except ValueError as error:
        parser.error(str(error))
    sys.exit(not smoke(options.url, options.user_id, print, signer))


if __name__ == "__main__":
    main()

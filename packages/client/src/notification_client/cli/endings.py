"""How a command ends: errors as messages, and exit statuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit

import click

from notification_client.cli.output.printable import escape_hidden
from notification_client.errors import (
    ConnectionFailedError,
    InvalidResponseError,
    NotFoundError,
    NotificationClientError,
    ProblemError,
    RequestFault,
)

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C: 128 and the signal's number, as shells have it."""
PIPE_CLOSED: Final = 141
"""Exit status if nobody reads the output any more, such as `head`; as shells have it."""

_OPTIONS: Final = {"created_from": "--since", "created_to": "--until"}


@contextmanager
def described_errors(url: str) -> Iterator[None]:
    """Raise the client's errors as messages.

    Args:
        url: of the API.

    Raises:
        click.ClickException: exit status 1; 2 for a wrong argument.
    """
    try:
        yield
    except ProblemError as error:
        raise click.ClickException(_describe_problem(error)) from error
    except ConnectionFailedError as error:
        raise click.ClickException(
            f"no response from {_get_origin(url)}: {escape_hidden(str(error))}\n"
            "Start a service (`query-service up` on this machine), or set its address with --url "
            "or NOTIFICATIONS_URL."
        ) from error
    except InvalidResponseError as error:
        raise click.ClickException(
            f"{_get_origin(url)} is not the notification API: {error}\n"
            "Check --url or NOTIFICATIONS_URL."
        ) from error
    except UnicodeEncodeError as error:
        # Bytes of an argument that are no characters are surrogates in Python; UTF-8 has none.
        raise click.UsageError("an argument is not in the encoding of this terminal") from error
    except NotificationClientError as error:
        raise click.ClickException(str(error)) from error


def _get_origin(url: str) -> str:
    """Return scheme, host and port: a URL may hold a password."""
    parsed = urlsplit(url)
    return escape_hidden(f"{parsed.scheme}://{parsed.netloc.rpartition('@')[2]}")


def _describe_problem(problem: ProblemError) -> str:
    # The detail of a problem with a list of faults refers to the list.
    detail = "" if problem.errors else problem.detail
    lines = [f"{problem.title} ({problem.status}). {detail}".rstrip()]
    lines += [f"  {_get_place(fault)}: {fault.detail}" for fault in problem.errors]
    if isinstance(problem, NotFoundError):
        lines.append("Check the path of --url; or the service is older than this command.")
    if problem.request_id:
        lines.append(f"Request id: {problem.request_id}")
    return "\n".join(map(escape_hidden, lines))


def _get_place(fault: RequestFault) -> str:
    field = fault.pointer.removeprefix("/")
    return _OPTIONS.get(field, field or "request")

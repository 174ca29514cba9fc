"""Finds the cause of an incident with two questions: as HTTP requests, or as commands."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import httpx

from local_stack.stack import LocalStack
from trials.seeded.programs import run_program
from trials.seeded.scenario import Cause, format_minute

Groups: TypeAlias = Sequence[Mapping[str, Any]]


class Window(NamedTuple):
    """The time to search in, milliseconds since the epoch."""

    from_ms: int
    until_ms: int


class CountFailures(Protocol):
    """A way to count failures."""

    def __call__(self, stack: LocalStack, window: Window, by: str, ap_id: str | None) -> Groups:
        """Count failures by two attributes, of one application or all; the largest group first."""


def find_cause(count: CountFailures, stack: LocalStack, window: Window) -> Cause:
    """Ask which application fails and why, then since which minute."""
    largest = count(stack, window, "ap_id,error_msg", None)[0]
    ap_id, reason = largest["ap_id"], largest["error_msg"]
    groups = count(stack, window, "error_msg,minute", ap_id)
    return Cause(
        ap_id, reason, min(each["minute"] for each in groups if each["error_msg"] == reason)
    )


def count_by_request(stack: LocalStack, window: Window, by: str, ap_id: str | None) -> Groups:
    """Count failures with one request.

    Raises:
        httpx.HTTPError: the request was refused, or there was no response.
        ValueError: the response has only a part of the counts.
    """
    body = {"by": by.split(","), "created_from": window.from_ms, "created_to": window.until_ms}
    if ap_id is not None:
        body["ap_id"] = ap_id
    url = f"{stack.api_url}/query/fail/summary"
    with httpx.Client(trust_env=False, timeout=30) as http:
        response = http.post(url, json=body).raise_for_status().json()
    if response["next_cursor"] is not None:
        raise ValueError("one request did not count everything")
    groups: Groups = response["data"]
    return groups


def count_by_command(stack: LocalStack, window: Window, by: str, ap_id: str | None) -> Groups:
    """Count failures with one command.

    Raises:
        ProgramError: it failed.
    """
    since, until = map(format_minute, window)
    only = [] if ap_id is None else [f"--ap-id={ap_id}"]
    options = [f"--by={by}", f"--since={since}", f"--until={until}", "--tz=UTC", "--format=json"]
    groups: Groups = json.loads(
        run_program(stack, "notifications", "summary", "failures", *options, *only)
    )
    return groups

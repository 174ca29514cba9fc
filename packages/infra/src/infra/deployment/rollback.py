"""Takes the service back to an earlier task definition: `python -m infra.deployment.rollback`.

It is the fast way back from a bad release of the query API. The stack is not touched: it still
names the revision that was left, until the next deployment changes that.
"""

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.config.model import DEFAULT_REGION
from infra.exceptions import InfraError, RollbackError
from infra.names import CLUSTER_NAME, SERVICE_NAME

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

Report: TypeAlias = Callable[[str], None]

# New tasks have to start and old ones to drain, 20 s and up to 30 s more; ten minutes is a failure.
_POLL_S: Final = 6
_POLLS: Final = 100


def roll_back(ecs: "ECSClient", revision: int | None, report: Report) -> None:
    """Have the service run an earlier revision, and return when it does.

    Args:
        revision: number of the revision; None for the one before that which runs.

    Raises:
        RollbackError: there is no such revision, ECS refused, or it went back by itself.
    """
    try:
        current = _get_task_definition(ecs)
        target = _find_target(ecs, current, revision)
        report(f"{SERVICE_NAME}: {_shorten(current)} -> {_shorten(target)}")
        ecs.update_service(cluster=CLUSTER_NAME, service=SERVICE_NAME, taskDefinition=target)
        report("waiting until its tasks run and the others have ended")
        _wait_until_stable(ecs)
        running = _get_task_definition(ecs)
    except (BotoCoreError, ClientError) as error:
        raise RollbackError(str(error)) from error
    if running != target:
        # Its circuit breaker, or an alarm.
        raise RollbackError(f"ECS went back to {_shorten(running)} by itself: see its events")
    report(f"{SERVICE_NAME} runs {_shorten(target)}")


def _get_task_definition(ecs: "ECSClient") -> str:
    answer = ecs.describe_services(cluster=CLUSTER_NAME, services=[SERVICE_NAME])
    if not answer["services"]:
        raise RollbackError(f"{CLUSTER_NAME} has no service {SERVICE_NAME}")
    return answer["services"][0]["taskDefinition"]


def _find_target(ecs: "ECSClient", current: str, revision: int | None) -> str:
    family, running = _split(current)
    active = {_split(arn)[1]: arn for arn in _list_active(ecs, family.rpartition("/")[2])}
    wanted = revision or max((each for each in active if each < running), default=0)
    if wanted == running:
        raise RollbackError(f"{_shorten(current)} runs already")
    if wanted not in active:
        missing = f"revision {wanted}" if wanted else f"revision before {running}"
        raise RollbackError(f"there is no active {missing} of {_shorten(family)}")
    return active[wanted]


def _list_active(ecs: "ECSClient", family: str) -> list[str]:
    pages = ecs.get_paginator("list_task_definitions").paginate(
        familyPrefix=family, status="ACTIVE"
    )
    return [arn for page in pages for arn in page["taskDefinitionArns"]]


def _wait_until_stable(ecs: "ECSClient") -> None:
    try:
        ecs.get_waiter("services_stable").wait(
            cluster=CLUSTER_NAME,
            services=[SERVICE_NAME],
            WaiterConfig={"Delay": _POLL_S, "MaxAttempts": _POLLS},
        )
    except WaiterError as error:
        raise RollbackError(f"not stable after {_POLL_S * _POLLS // 60} minutes") from error


def _split(arn: str) -> tuple[str, int]:
    family, _, revision = arn.rpartition(":")
    return family, int(revision)


def _shorten(arn: str) -> str:
    return arn.rpartition("/")[2]


def main() -> None:
    """Roll back, and exit with status 1 if that is not possible."""
    parser = argparse.ArgumentParser(prog="nox -s rollback --", description=__doc__)
    parser.add_argument(
        "revision",
        nargs="?",
        type=int,
        help="revision of the task definition; the one before by default",
    )
    region = os.environ.get("AWS_REGION") or DEFAULT_REGION
    ecs = boto3.Session(region_name=region).client("ecs")
    try:
        roll_back(ecs, parser.parse_args().revision, report=print)
    except InfraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

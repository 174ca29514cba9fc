"""Rolls the service back to an earlier task definition: `python -m infra.deployment.rollback`.

This is the fast way back from a bad release of the query API. It does not change the stack, which
names the newer revision until the next deployment.
"""

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.config.parts.network import DEFAULT_REGION
from infra.exceptions import InfraError, RollbackError
from infra.names import CLUSTER_NAME, SERVICE_NAME

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

Report: TypeAlias = Callable[[str], None]

# New tasks start, old ones drain for 20 s and stop within 30 s. Ten minutes mean failure.
_POLL_S: Final = 6
_POLLS: Final = 100


def roll_back(ecs: "ECSClient", revision: int | None, report: Report) -> None:
    """Deploy an earlier revision to the service, and return when it runs.

    Args:
        revision: number of the revision; None for the latest one before the running one.

    Raises:
        RollbackError: the revision does not exist, or ECS refused it or rolled it back itself.
    """
    try:
        current = _get_task_definition(ecs)
        target = _find_target(ecs, current, revision)
        report(f"{SERVICE_NAME}: {_shorten(current)} -> {_shorten(target)}")
        ecs.update_service(cluster=CLUSTER_NAME, service=SERVICE_NAME, taskDefinition=target)
        report("waiting for the new tasks to run and the old ones to stop")
        _wait_until_stable(ecs)
        running = _get_task_definition(ecs)
    except (BotoCoreError, ClientError) as error:
        raise RollbackError(str(error)) from error
    if running != target:
        # By its circuit breaker or an alarm.
        raise RollbackError(
            f"ECS itself went back to {_shorten(running)}: see the service's events"
        )
    report(f"{SERVICE_NAME} runs {_shorten(target)}")


def _get_task_definition(ecs: "ECSClient") -> str:
    response = ecs.describe_services(cluster=CLUSTER_NAME, services=[SERVICE_NAME])
    if not response["services"]:
        raise RollbackError(f"{CLUSTER_NAME} has no service {SERVICE_NAME}")
    return response["services"][0]["taskDefinition"]


def _find_target(ecs: "ECSClient", current: str, revision: int | None) -> str:
    family, running = _split(current)
    active = {_split(arn)[1]: arn for arn in _list_active(ecs, family.rpartition("/")[2])}
    wanted = revision or max((each for each in active if each < running), default=0)
    if wanted == running:
        raise RollbackError(f"{_shorten(current)} already runs")
    if wanted not in active:
        missing = f"revision {wanted}" if wanted else f"revision before {running}"
        raise RollbackError(f"no active {missing} of {_shorten(family)}")
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
    """Roll back; exits with status 1 if that fails."""
    parser = argparse.ArgumentParser(prog="nox -s rollback --", description=__doc__)
    parser.add_argument(
        "revision",
        nargs="?",
        type=int,
        help="revision of the task definition; default: the latest one before the running one",
    )
    region = os.environ.get("AWS_REGION") or DEFAULT_REGION
    ecs = boto3.Session(region_name=region).client("ecs")
    try:
        roll_back(ecs, parser.parse_args().revision, report=print)
    except InfraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

"""Rolls the service back to an earlier task definition: `python -m infra.deployment.rollback`.

This is the fast way back from a bad release of the query API. It does not change the stack, which
names the newer revision until the next deployment.
"""

import argparse
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import boto3
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.config.parts.environment import EnvironmentVariables
from infra.config.parts.network import DEFAULT_REGION
from infra.config.source import load_environment
from infra.exceptions import InfraError, RollbackError
from infra.names import CLUSTER_NAME, SERVICE_NAME

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient

Report: TypeAlias = Callable[[str], None]

# New tasks start, old ones drain for 20 s and stop within 30 s. Ten minutes mean failure.
_POLL_S: Final = 6
_POLLS: Final = 100
_ACTIVE: Final = "ACTIVE"  # a deleted service stays listed as INACTIVE


@dataclass(frozen=True, slots=True)
class DeployedService:
    """The ECS service of a deployment."""

    ecs: "ECSClient"
    cluster: str
    name: str

    def get_task_definition(self) -> str:
        """Get the ARN of the task definition that it runs.

        Raises:
            RollbackError: it does not exist.
        """
        response = self.ecs.describe_services(cluster=self.cluster, services=[self.name])
        if not response["services"]:
            raise RollbackError(f"{self.cluster} has no service {self.name}")
        return response["services"][0]["taskDefinition"]

    def update(self, task_definition: str) -> None:
        """Let it run another task definition."""
        self.ecs.update_service(
            cluster=self.cluster, service=self.name, taskDefinition=task_definition
        )

    def wait_until_stable(self) -> None:
        """Wait until its new tasks run and the old ones have stopped.

        Raises:
            RollbackError: it takes too long.
        """
        try:
            self.ecs.get_waiter("services_stable").wait(
                cluster=self.cluster,
                services=[self.name],
                WaiterConfig={"Delay": _POLL_S, "MaxAttempts": _POLLS},
            )
        except WaiterError as error:
            raise RollbackError(f"not stable after {_POLL_S * _POLLS // 60} minutes") from error


def find_service(ecs: "ECSClient", environment: EnvironmentVariables) -> DeployedService:
    """Return the service of the deployment that the environment names."""
    return DeployedService(ecs, environment.prefix(CLUSTER_NAME), environment.prefix(SERVICE_NAME))


def roll_back(service: DeployedService, revision: int | None, report: Report) -> None:
    """Deploy an earlier revision to the service, and return when it runs.

    Args:
        service: the service.
        revision: number of the revision; None for the latest one before the running one.
        report: receives each line for the operator.

    Raises:
        RollbackError: the revision does not exist, or ECS refused it or rolled it back itself.
    """
    try:
        current = service.get_task_definition()
        target = _find_target(service.ecs, current, revision)
        report(f"{service.name}: {_shorten(current)} -> {_shorten(target)}")
        service.update(target)
        report("waiting for the new tasks to run and the old ones to stop")
        service.wait_until_stable()
        running = service.get_task_definition()
    except (BotoCoreError, ClientError) as error:
        raise RollbackError(str(error)) from error
    if running != target:
        # By its circuit breaker or an alarm.
        raise RollbackError(
            f"ECS itself went back to {_shorten(running)}: see the service's events"
        )
    report(f"{service.name} runs {_shorten(target)}")


def find_running_revision(service: DeployedService) -> int | None:
    """Find the revision that a service runs; None if there is no service yet.

    Raises:
        RollbackError: ECS refused the request.
    """
    ecs = service.ecs
    try:
        response = ecs.describe_services(cluster=service.cluster, services=[service.name])
    except ecs.exceptions.ClusterNotFoundException:
        return None
    except (BotoCoreError, ClientError) as error:
        raise RollbackError(str(error)) from error
    running = [each for each in response["services"] if each["status"] == _ACTIVE]
    return _split(running[0]["taskDefinition"])[1] if running else None


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


def _split(arn: str) -> tuple[str, int]:
    family, _, revision = arn.rpartition(":")
    return family, int(revision)


def _shorten(arn: str) -> str:
    return arn.rpartition("/")[2]


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="nox -s rollback --", description=__doc__)
    parser.add_argument(
        "revision",
        nargs="?",
        type=int,
        help="revision of the task definition; default: the latest one before the running one",
    )
    parser.add_argument(
        "--running", action="store_true", help="only print the running revision, if there is one"
    )
    return parser.parse_args()


def main() -> None:
    """Roll back; exits with status 1 if that fails."""
    options = _parse_arguments()
    region = os.environ.get("AWS_REGION") or DEFAULT_REGION
    ecs = boto3.Session(region_name=region).client("ecs")
    try:
        service = find_service(ecs, load_environment(os.environ))
        if options.running:
            sys.stdout.write(f"{find_running_revision(service) or ''}\n")
        else:
            roll_back(service, options.revision, report=print)
    except InfraError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

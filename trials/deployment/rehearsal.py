"""The rehearsal, step by step. The first step that fails ends it."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

from botocore.exceptions import BotoCoreError, ClientError

from infra.names import (
    APPLICATION_STACK,
    DATA_STACK,
    REBUILD_SEGMENT_FUNCTION,
    REDRIVE_FUNCTION,
    VERIFY_FUNCTION,
)
from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.demo.scenario import QUERIES, connect, run_query
from local_stack.emulator.aws_access import REGION, create_session
from local_stack.emulator.emulator import Emulator, run_emulator
from local_stack.ports import HOST, find_port
from notification_client import NotificationClient
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from testing.service_process import run_service
from trials.deployed.record import CommandTable
from trials.deployed.trial import Trial
from trials.deployment.deployed import Deployed, connect_to
from trials.deployment.exceptions import RehearsalError
from trials.deployment.programs import Programs, encode_environment

Report: TypeAlias = Callable[[str], None]

_ACCOUNT: Final = "000000000000"
# The emulator runs no container. Naming the image means that no Docker is needed to build one.
_IMAGE: Final = {"IMAGE_REPOSITORY": "query-api", "IMAGE_DIGEST": f"sha256:{'0' * 64}"}
# The replaced system's table is in the account, so the read model has another name.
_REPLACED_TABLE: Final = NOTIFICATION_RECORDS.name
_READ_TABLE: Final = {"READ_TABLE_NAME": f"{NOTIFICATION_RECORDS.name}-v3"}
# It has no certificate, and its load balancer takes requests directly, without the gateway.
_HTTP: Final = {"ALLOW_HTTP": "true"}
_NEXT_DIGEST: Final = f"sha256:{'1' * 64}"
_PROJECTION_TIMEOUT_S: Final = 60
_POLL_S: Final = 0.2
# The emulator, the functions and the API share one machine.
_API_DEADLINE_MS: Final = 5000


def rehearse(infra: Path, report: Report) -> None:
    """Deploy to an emulator, try the deployment, and destroy it.

    Args:
        infra: the folder of the CDK app.

    Raises:
        NotificationsError: a step failed.
    """
    with ExitStack() as started:
        directory = Path(started.enter_context(TemporaryDirectory(prefix="rehearsal-")))
        emulator = started.enter_context(
            run_emulator(
                find_port(0, option="none"),
                services=(),
                program="trials.deployment.emulator_process",
            )
        )
        report(f"AWS emulator started at {emulator.url}")
        environment = encode_environment(emulator.url, directory) | _IMAGE | _READ_TABLE | _HTTP
        rehearsal = _Rehearsal(infra, directory, environment, emulator, report)
        try:
            rehearsal.run()
        except (BotoCoreError, ClientError) as error:
            raise RehearsalError(f"the emulator refused: {error}") from error


class _Rehearsal:
    def __init__(
        self,
        infra: Path,
        directory: Path,
        environment: dict[str, str],
        emulator: Emulator,
        report: Report,
    ) -> None:
        self._directory = directory
        self._assembly = directory / "cdk.out"
        self._environment = environment
        self._emulator = emulator
        self._programs = Programs(infra, environment)
        self._deployed: Deployed = connect_to(create_session(), emulator.url)
        self._report = report

    def run(self) -> None:
        self._synthesize()
        self._report("templates synthesized as for AWS")
        self._deploy()
        with run_service(self._encode_api_environment()) as service:
            self._deployed.register_target(service.port)
            self._report("query API registered as the load balancer's target")
            self._try_pipeline()
            self._try_operator_tools()
            self._try_release()
        self._destroy()

    def _synthesize(self, *options: str) -> None:
        self._programs.run_cdk(
            "synth", "--quiet", "--strict", "--no-lookups", f"--output={self._assembly}", *options
        )

    def _deploy(self) -> None:
        self._run_on_stacks("bootstrap", f"aws://{_ACCOUNT}/{REGION}")
        self._report("account bootstrapped")
        self._deployed.create_table(_REPLACED_TABLE)
        self._run_on_stacks("deploy", "--all", "--require-approval=never")
        self._report(f"{DATA_STACK} and {APPLICATION_STACK} deployed")

    def _encode_api_environment(self) -> dict[str, str]:
        """Build the container's environment, with this machine's port and the emulator's URL."""
        return (
            self._environment
            | self._deployed.get_container_environment()
            | {
                "QUERY_HOST": HOST,
                "QUERY_PORT": "0",
                "QUERY_DYNAMODB_ENDPOINT_URL": self._emulator.url,
                "QUERY_DEADLINE_MS": str(_API_DEADLINE_MS),
            }
        )

    def _try_pipeline(self) -> None:
        # By path, not by host: the emulator serves /health of every host itself.
        url = f"{self._emulator.url}/_alb/{self._deployed.get_load_balancer_name()}"
        write_records(self._deployed.dynamodb, SAMPLE_RECORDS)
        self._report(f"{len(SAMPLE_RECORDS)} command records written")
        with connect(url) as client:
            self._wait_for_rows(client)
        self._report("projected, and queried through the load balancer")
        output = self._programs.run_module(
            "infra.deployment.smoke", url, "--user-id", SAMPLE_RECORDS[0].user_id
        )
        self._report(f"smoke: {output.splitlines()[-1]}")
        with connect(url) as client:
            table = CommandTable(self._deployed.dynamodb, COMMAND_RECORDS.name)
            Trial(client, table, _PROJECTION_TIMEOUT_S, report=lambda _step: None).run()
        self._report("trial: a record written, queried, deleted and gone")

    def _wait_for_rows(self, client: NotificationClient) -> None:
        deadline_s = time.monotonic() + _PROJECTION_TIMEOUT_S
        while differences := [
            f"{result.query.path}: {each}"
            for result in (run_query(client, query) for query in QUERIES)
            for each in result.differences
        ]:
            if time.monotonic() > deadline_s:
                self._emulator.fail(
                    f"did not return the expected rows within {_PROJECTION_TIMEOUT_S} s\n"
                    + "\n".join(differences)
                )
            time.sleep(_POLL_S)

    def _try_operator_tools(self) -> None:
        """Invoke the operator tools: they have a zip and settings of their own."""
        count = len(SAMPLE_RECORDS)
        self._expect(
            VERIFY_FUNCTION,
            {"lag_seconds": 0},
            {"records": count, "rows": count, "differences": 0},
        )
        self._expect(
            REDRIVE_FUNCTION,
            {"from": "queue", "dry_run": True},
            {"redriven": 0, "remaining": 0, "is_done": True},
        )
        self._expect(
            REBUILD_SEGMENT_FUNCTION, {"segment": 0, "total_segments": 1}, {"is_done": True}
        )
        self._report("verify, redrive and rebuild run")

    def _expect(self, function: str, event: dict[str, object], expected: dict[str, object]) -> None:
        result = self._deployed.invoke(function, event)
        if not expected.items() <= result.items():
            raise RehearsalError(f"{function} returned {result}, not {expected}")

    def _try_release(self) -> None:
        before = self._deployed.get_task_definition()
        self._synthesize(f"--context=IMAGE_DIGEST={_NEXT_DIGEST}")
        self._run_on_stacks("deploy", "--all", "--require-approval=never")
        if self._deployed.get_task_definition() == before:
            raise RehearsalError("another image did not change the task definition")
        self._report("another image deployed")
        self._programs.run_module("infra.deployment.rollback")
        if self._deployed.get_task_definition() != before:
            raise RehearsalError("the rollback did not restore the previous task definition")
        self._report("rolled back to the previous task definition")

    def _destroy(self) -> None:
        self._run_on_stacks("destroy", APPLICATION_STACK, "--force")
        try:
            self._run_on_stacks("destroy", DATA_STACK, "--force")
        except RehearsalError as error:
            if "TerminationProtection" not in str(error):
                raise
        else:
            raise RehearsalError(f"{DATA_STACK} was destroyed, though it is protected")
        self._deployed.unprotect(DATA_STACK)
        self._run_on_stacks("destroy", DATA_STACK, "--force")
        kept = {COMMAND_RECORDS.name, _REPLACED_TABLE, *_READ_TABLE.values()}
        if not kept <= {*self._deployed.list_tables()}:
            raise RehearsalError("the tables did not outlive their stack")
        self._report("destroyed; the tables outlived their protected stack")

    def _run_on_stacks(self, command: str, *arguments: str) -> None:
        self._programs.run_cdk(command, *arguments, f"--app={self._assembly}")

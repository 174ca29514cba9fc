"""The rehearsal, step by step. Whatever is not as it should be ends it."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeAlias

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.demo.scenario import QUESTIONS, ask
from local_stack.emulator.aws_access import REGION, create_session
from local_stack.emulator.emulator import Emulator, run_emulator
from local_stack.ports import HOST, find_port
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from trials.deployment.deployed import Deployed, connect_to
from trials.deployment.exceptions import RehearsalError
from trials.deployment.programs import Programs, encode_environment, run_api
from trials.deployment.stubs import INERT, REFUSED, Checked, Resources, check_claims

Report: TypeAlias = Callable[[str], None]

_DATA: Final = "query-service-data"
_APPLICATION: Final = "query-service-application"
_ACCOUNT: Final = "000000000000"
# The emulator runs no container: the image is named, so that nobody needs Docker to build one.
_IMAGE: Final = {"IMAGE_REPOSITORY": "query-api", "IMAGE_DIGEST": f"sha256:{'0' * 64}"}
_NEXT_DIGEST: Final = f"sha256:{'1' * 64}"
_PROJECTION_TIMEOUT_S: Final = 60
_POLL_S: Final = 0.2
# All parts share one machine with whatever else it does.
_API_DEADLINE_MS: Final = 5000


def rehearse(infra: Path, report: Report) -> Sequence[Checked]:
    """Deploy, try and destroy; returns what was only stubbed and is asserted on the templates.

    Args:
        infra: the folder of the CDK app.

    Raises:
        LocalStackError: something was not as it should be.
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
        environment = encode_environment(emulator.url, directory) | _IMAGE
        rehearsal = _Rehearsal(infra, directory, environment, emulator, report)
        try:
            return rehearsal.run()
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

    def run(self) -> Sequence[Checked]:
        self._synthesize()
        self._report("templates made, as AWS gets them")
        checked = check_claims(_read_resources(self._assembly), [*REFUSED, *INERT])
        self._report(f"{len(checked)} claims hold for what the emulator only stubs")
        self._deploy()
        port = find_port(0, option="none")
        api = run_api(self._encode_api_environment(port), port, self._directory / "api.log")
        with api:
            self._deployed.register_target(port)
            self._report("query API registered as the load balancer's target")
            self._try_pipeline()
            self._try_operations()
            self._try_release()
        self._destroy()
        return checked

    def _synthesize(self, *options: str) -> None:
        self._programs.run_cdk(
            "synth", "--quiet", "--strict", "--no-lookups", f"--output={self._assembly}", *options
        )

    def _deploy(self) -> None:
        self._run_on_stacks("bootstrap", f"aws://{_ACCOUNT}/{REGION}")
        self._report("account bootstrapped")
        self._run_on_stacks("deploy", "--all", "--require-approval=never")
        self._report(f"{_DATA} and {_APPLICATION} deployed")

    def _encode_api_environment(self, port: int) -> dict[str, str]:
        """Make what the container gets, but for where it listens and whom it asks."""
        return (
            self._environment
            | self._deployed.get_container_environment()
            | {
                "QUERY_HOST": HOST,
                "QUERY_PORT": str(port),
                "QUERY_DYNAMODB_ENDPOINT_URL": self._emulator.url,
                "QUERY_DEADLINE_MS": str(_API_DEADLINE_MS),
            }
        )

    def _try_pipeline(self) -> None:
        name, host = self._deployed.get_load_balancer()
        write_records(self._deployed.dynamodb, SAMPLE_RECORDS)
        self._report(f"{len(SAMPLE_RECORDS)} command records put")
        client = httpx.Client(
            base_url=self._emulator.url, headers={"Host": host}, trust_env=False, timeout=10
        )
        with client:
            self._wait_for_answers(client)
        self._report("projected by the function, answered by the load balancer")
        # By its path: the emulator keeps /health of every host for itself.
        url = f"{self._emulator.url}/_alb/{name}"
        said = self._programs.run_module(
            "infra.deployment.smoke", url, "--user-id", SAMPLE_RECORDS[0].user_id
        )
        self._report(f"smoke: {said.splitlines()[-1]}")

    def _wait_for_answers(self, client: httpx.Client) -> None:
        deadline_s = time.monotonic() + _PROJECTION_TIMEOUT_S
        while differences := [
            f"{answer.question.path}: {each}"
            for answer in (ask(client, question) for question in QUESTIONS)
            for each in answer.differences
        ]:
            if time.monotonic() > deadline_s:
                self._emulator.fail(
                    f"did not lead to the right answers in {_PROJECTION_TIMEOUT_S} s\n"
                    + "\n".join(differences)
                )
            time.sleep(_POLL_S)

    def _try_operations(self) -> None:
        """Invoke the other functions: they come in the same zip and have settings of their own."""
        count = len(SAMPLE_RECORDS)
        counts = self._deployed.invoke("notification-verify", {"lag_seconds": 0})
        _expect("verify", counts, {"records": count, "rows": count, "differences": 0})
        redriven = self._deployed.invoke("notification-redrive", {"from": "queue", "dry_run": True})
        _expect("redrive", redriven, {"redriven": 0, "remaining": 0, "is_done": True})
        rebuilt = self._deployed.invoke(
            "notification-rebuild-segment", {"segment": 0, "total_segments": 1}
        )
        _expect("rebuild", rebuilt, {"is_done": True})
        self._report("verify, redrive and rebuild run")

    def _try_release(self) -> None:
        before = self._deployed.get_task_definition()
        self._synthesize(f"--context=IMAGE_DIGEST={_NEXT_DIGEST}")
        self._run_on_stacks("deploy", "--all", "--require-approval=never")
        if self._deployed.get_task_definition() == before:
            raise RehearsalError("another image did not lead to another task definition")
        self._report("another image deployed")
        self._programs.run_module("infra.deployment.rollback")
        if self._deployed.get_task_definition() != before:
            raise RehearsalError("the rollback did not lead to the task definition before")
        self._report("rolled back to the task definition before")

    def _destroy(self) -> None:
        self._run_on_stacks("destroy", _APPLICATION, "--force")
        try:
            self._run_on_stacks("destroy", _DATA, "--force")
        except RehearsalError as error:
            if "TerminationProtection" not in str(error):
                raise
        else:
            raise RehearsalError(f"{_DATA} was destroyed, though it is protected")
        self._deployed.unprotect(_DATA)
        self._run_on_stacks("destroy", _DATA, "--force")
        kept = {COMMAND_RECORDS.name, NOTIFICATION_RECORDS.name}
        if not kept <= {*self._deployed.list_tables()}:
            raise RehearsalError("the tables did not outlive their stack")
        self._report("destroyed; the data stack resisted, and left its tables")

    def _run_on_stacks(self, command: str, *arguments: str) -> None:
        self._programs.run_cdk(command, *arguments, f"--app={self._assembly}")


def _read_resources(assembly: Path) -> Resources:
    return {
        name: resource
        for template in assembly.glob("*.template.json")
        for name, resource in json.loads(template.read_text(encoding="utf-8"))["Resources"].items()
    }


def _expect(what: str, answer: object, expected: dict[str, object]) -> None:
    if not isinstance(answer, dict) or not expected.items() <= answer.items():
        raise RehearsalError(f"{what} answered {answer}, not {expected}")

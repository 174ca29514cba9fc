"""Records through the deployed stream processor to the query API, and the operator tools."""

import time
from typing import Final

from infra.names import REBUILD_SEGMENT_FUNCTION, REDRIVE_FUNCTION, VERIFY_FUNCTION
from local_stack.demo.sample_data import SAMPLE_RECORDS, write_records
from local_stack.demo.scenario import QUERIES, connect, run_query
from local_stack.ports import HOST
from notification_client import NotificationClient
from notification_models.schema import COMMAND_RECORDS
from testing.service_process import run_service
from trials.deployed.record import CommandTable
from trials.deployed.trial import Trial
from trials.deployment.exceptions import RehearsalError
from trials.deployment.scenarios.context import Context

_PROJECTION_TIMEOUT_S: Final = 60
_POLL_S: Final = 0.2
# The emulator, the functions and the API share one machine.
_API_DEADLINE_MS: Final = 5000


def try_pipeline(context: Context) -> None:
    """Write records and query their rows through the load balancer; run every operator tool."""
    with run_service(_encode_api_environment(context)) as service:
        context.deployed.register_target(service.port)
        context.report("query API registered as the load balancer's target")
        _try_queries(context)
    _try_operator_tools(context)


def _encode_api_environment(context: Context) -> dict[str, str]:
    """Build the container's environment, with this machine's port and the emulator's URL."""
    return {
        **context.environment,
        **context.deployed.get_container_environment(),
        "QUERY_HOST": HOST,
        "QUERY_PORT": "0",
        "QUERY_DYNAMODB_ENDPOINT_URL": context.emulator.url,
        "QUERY_DEADLINE_MS": str(_API_DEADLINE_MS),
    }


def _try_queries(context: Context) -> None:
    # By path, not by host: the emulator serves /health of every host itself.
    url = f"{context.emulator.url}/_alb/{context.deployed.get_load_balancer_name()}"
    write_records(context.deployed.dynamodb, SAMPLE_RECORDS)
    context.report(f"{len(SAMPLE_RECORDS)} command records written")
    with connect(url) as client:
        _wait_for_rows(context, client)
    context.report("projected, and queried through the load balancer")
    output = context.programs.run_module(
        "infra.deployment.smoke", url, "--user-id", SAMPLE_RECORDS[0].user_id
    )
    context.report(f"smoke: {output.splitlines()[-1]}")
    with connect(url) as client:
        table = CommandTable(context.deployed.dynamodb, COMMAND_RECORDS.name)
        Trial(client, table, _PROJECTION_TIMEOUT_S, report=lambda _step: None).run()
    context.report("trial: a record written, queried, deleted and gone")


def _wait_for_rows(context: Context, client: NotificationClient) -> None:
    deadline_s = time.monotonic() + _PROJECTION_TIMEOUT_S
    while differences := [
        f"{result.query.path}: {each}"
        for result in (run_query(client, query) for query in QUERIES)
        for each in result.differences
    ]:
        if time.monotonic() > deadline_s:
            context.emulator.fail(
                f"did not return the expected rows within {_PROJECTION_TIMEOUT_S} s\n"
                + "\n".join(differences)
            )
        time.sleep(_POLL_S)


def _try_operator_tools(context: Context) -> None:
    """Invoke the operator tools: they have a zip and settings of their own."""
    count = len(SAMPLE_RECORDS)
    _expect(
        context,
        VERIFY_FUNCTION,
        {"lag_seconds": 0},
        {"records": count, "rows": count, "differences": 0},
    )
    _expect(
        context,
        REDRIVE_FUNCTION,
        {"from": "queue", "dry_run": True},
        {"redriven": 0, "remaining": 0, "is_done": True},
    )
    _expect(
        context, REBUILD_SEGMENT_FUNCTION, {"segment": 0, "total_segments": 1}, {"is_done": True}
    )
    context.report("verify, redrive and rebuild run")


def _expect(
    context: Context, function: str, event: dict[str, object], expected: dict[str, object]
) -> None:
    result = context.deployed.invoke(function, event)
    if not expected.items() <= result.items():
        raise RehearsalError(f"{function} returned {result}, not {expected}")

"""`python -m trials.availability`, which `nox -s availability -- --restarts 10` runs.

Clients send 200 requests a second through a load balancer to two services, and every request is
accounted for:

- rolling restarts, as ECS does them: deregister, wait, SIGTERM, start, register. No request may
  fail, though the load balancer retries nothing;
- SIGTERM without deregistration, and SIGKILL. The load balancer retries, and only requests in
  flight while the process ends may fail.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.canned_dynamodb import run_canned_dynamodb
from notification_models import NotificationRecord, Row, encode_row
from testing.ports import find_ports
from trials.availability.load import Load, Sent, count_failures, get_percentile_ms
from trials.availability.load_balancer import LoadBalancer, run_load_balancer
from trials.availability.service import Service

_REQUESTS_PER_S: Final = 200
_ROWS: Final = 10
_DYNAMODB_MS: Final = 5
_PAUSE_S: Final = 1
# The load balancer learns of a service's end by its next packet, and sends requests until then.
_NOTICE_S: Final = 0.05
_QUERY: Final = {"user_id": "test_user_001"}


def _deregister_and_stop(service: Service, balancer: LoadBalancer) -> None:
    balancer.set_state(service.name, "drain")
    balancer.wait_until_idle(service.name)
    service.terminate()


def _stop(service: Service, _balancer: LoadBalancer) -> None:
    service.terminate()


def _kill(service: Service, _balancer: LoadBalancer) -> None:
    service.kill()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A way to end a service, and what the load balancer retries meanwhile."""

    name: str
    end: Callable[[Service, LoadBalancer], None]
    retries: str
    may_fail_in_flight: bool = False


_SCENARIOS: Final = (
    Scenario("rolling restart", _deregister_and_stop, "nothing is retried"),
    Scenario("SIGTERM, not drained", _stop, "requests are retried", may_fail_in_flight=True),
    Scenario("SIGKILL", _kill, "connections are retried", may_fail_in_flight=True),
)


@dataclass(frozen=True, slots=True)
class _End:
    """When a service began to end, and when it had ended."""

    began_s: float
    gone_s: float

    def is_in_flight(self, sent: Sent) -> bool:
        return sent.due_s <= self.gone_s + _NOTICE_S and sent.ended_s >= self.began_s


def _encode_response() -> bytes:
    rows = (
        Row(
            record=NotificationRecord(
                user_id="test_user_001",
                transaction_id=f"tx_{number:03}",
                created_at=1_704_067_200_000 + number,
                notification_title="新年快樂 🎉",
                status="SENT",
                platform="IOS",
                marketing_id="campaign_2024_new_year",
                ap_id="mobile-app-001",
            ),
            version="2024#1",
        )
        for number in reversed(range(_ROWS))
    )
    items = [encode_row(row) for row in rows]
    return json.dumps({"Items": items, "Count": _ROWS, "ScannedCount": _ROWS}).encode()


def _is_right(response: Any) -> bool:  # noqa: ANN401 - JSON
    return bool(response["success"] and response["total_count"] == _ROWS)


def _run_scenario(
    scenario: Scenario, services: Sequence[Service], times: int, folder: Path
) -> tuple[list[Sent], list[_End]]:
    """End and start one service after another under load."""
    (port,) = find_ports(1)
    ports = {service.name: service.port for service in services}
    with run_load_balancer(folder, port, ports, scenario.retries) as balancer:
        load = Load(f"{balancer.url}/query/user", _QUERY, _is_right, _REQUESTS_PER_S)
        ends = []
        with load.running():
            for service in itertools.islice(itertools.cycle(services), times):
                time.sleep(_PAUSE_S)
                began_s = time.monotonic()
                scenario.end(service, balancer)
                ends.append(_End(began_s, time.monotonic()))
                service.start()
                balancer.set_state(service.name, "ready")
                balancer.wait_until_up(service.name)
            time.sleep(_PAUSE_S)
    return load.sent, ends


def _report(scenario: Scenario, sent: Sequence[Sent], ends: Sequence[_End]) -> bool:
    """Print the results of a scenario; returns whether they are as promised."""
    failures = count_failures(sent)
    in_flight = [each for each in sent if any(end.is_in_flight(each) for end in ends)]
    failures_in_flight = count_failures(in_flight)
    times = {f"p{percent}": get_percentile_ms(sent, percent) for percent in (50, 99, 100)}
    duration_s = len(sent) / _REQUESTS_PER_S
    print(  # noqa: T201
        f"\n{scenario.name}, {len(ends)} times; {scenario.retries}",
        f"  sent {len(sent)} in {duration_s:.1f} s, failed {failures.total()} {dict(failures)}",
        f"  in flight until {_NOTICE_S * 1000:.0f} ms after an end: {len(in_flight)}",
        f"  failed at any other time: {(failures - failures_in_flight).total()}",
        "  ms: " + ", ".join(f"{name} {value:.1f}" for name, value in times.items()),
        sep="\n",
        flush=True,
    )
    return failures == (failures_in_flight if scenario.may_fail_in_flight else {})


def main() -> None:
    """Run all scenarios and exit with 1 if a request failed that must not."""
    parser = argparse.ArgumentParser(prog="nox -s availability --", description=__doc__)
    parser.add_argument("--restarts", type=int, default=10, help="of each kind")
    restarts = parser.parse_args().restarts
    print(  # noqa: T201
        f"two services, {_REQUESTS_PER_S} requests/s, DynamoDB responds after {_DYNAMODB_MS} ms"
    )
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
        dynamodb = running.enter_context(
            run_canned_dynamodb({"query": _encode_response()}, _DYNAMODB_MS)
        )
        services = [
            running.enter_context(Service(name, port, dynamodb.url))
            for name, port in zip("ab", find_ports(2), strict=True)
        ]
        results: list[bool] = []
        for scenario in _SCENARIOS:
            place = folder / str(len(results))
            place.mkdir()
            results.append(_report(scenario, *_run_scenario(scenario, services, restarts, place)))
    print(f"\n{'all as promised' if all(results) else 'NOT as promised'}")  # noqa: T201
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

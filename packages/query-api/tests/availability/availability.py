"""Takes one of two services away again and again, under load, and counts the requests that fail.

`nox -s availability -- --restarts 10` runs it. Two processes are behind a load balancer, the
clients send 200 requests a second, and every one of them is accounted for:

- rolling restarts, as ECS does them: deregister, wait, SIGTERM, start, register. None may fail,
  though the load balancer retries nothing.
- SIGTERM without a word to the load balancer, which retries, and SIGKILL. Only requests may fail
  that were in flight while the process ended.
"""

import argparse
import itertools
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from load import Load, count_failures, get_percentile_ms
from load_balancer import run_load_balancer
from service import Service, find_ports

from benchmarks.canned_dynamodb import run_canned_dynamodb
from notification_models import NotificationRecord, Row, encode_row

PER_SECOND = 200
ROWS = 10
DYNAMODB_MS = 5
PAUSE_S = 1
# A load balancer learns of a death by the next packet; until then it goes on sending.
NOTICE_S = 0.05
QUESTION = {"user_id": "test_user_001"}


def deregister_and_stop(service, balancer):
    """Take a service out as ECS does."""
    balancer.set_state(service.name, "drain")
    balancer.wait_until_idle(service.name)
    service.terminate()


def stop(service, _balancer):
    """Stop a service that the load balancer believes to be there."""
    service.terminate()


def kill(service, _balancer):
    """End a service where it stands."""
    service.kill()


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done to the services, and what the load balancer does about it."""

    name: str
    take_away: object
    retries: str
    may_fail_in_flight: bool = False


SCENARIOS = (
    Scenario("rolling restart", deregister_and_stop, "nothing is retried"),
    Scenario("SIGTERM, not drained", stop, "requests are retried", may_fail_in_flight=True),
    Scenario("SIGKILL", kill, "connections are retried", may_fail_in_flight=True),
)


def encode_answer():
    """Make what DynamoDB answers."""
    items = [
        encode_row(
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
        )
        for number in reversed(range(ROWS))
    ]
    return json.dumps({"Items": items, "Count": ROWS, "ScannedCount": ROWS}).encode()


def run_scenario(scenario, services, times, folder):
    """Disrupt one service after another under load.

    Returns:
        All requests, and when each service began to go and was gone.
    """
    (port,) = find_ports(1)
    server_ports = {service.name: service.port for service in services}
    with run_load_balancer(folder, port, server_ports, scenario.retries) as balancer:
        load = Load(f"{balancer.url}/query/user", QUESTION, is_right, PER_SECOND)
        gone_s = []
        with load.running():
            for service in itertools.islice(itertools.cycle(services), times):
                time.sleep(PAUSE_S)
                began_s = time.monotonic()
                scenario.take_away(service, balancer)
                gone_s.append((began_s, time.monotonic()))
                service.start()
                balancer.set_state(service.name, "ready")
                balancer.wait_until_up(service.name)
            time.sleep(PAUSE_S)
    return load.sent, gone_s


def is_right(answer):
    return answer["success"] and answer["total_count"] == ROWS


def is_in_flight(sent, began_s, gone_s):
    return sent.due_s <= gone_s + NOTICE_S and sent.ended_s >= began_s


def report(scenario, sent, gone_s):
    """Print what became of the requests; give back whether it is as it should be."""
    failures = count_failures(sent)
    in_flight = [each for each in sent if any(is_in_flight(each, *times) for times in gone_s)]
    allowed = count_failures(in_flight) if scenario.may_fail_in_flight else {}
    duration_s = len(sent) / PER_SECOND
    print(f"\n{scenario.name}, {len(gone_s)} times; {scenario.retries}")
    print(f"  sent {len(sent)} in {duration_s:.1f} s, failed {failures.total()} {dict(failures)}")
    print(
        f"  in flight until {NOTICE_S * 1000:.0f} ms after an end: {len(in_flight)}; "
        f"failed at any other time: {(failures - count_failures(in_flight)).total()}"
    )
    times = {f"p{percent}": get_percentile_ms(sent, percent) for percent in (50, 99, 100)}
    print("  ms:", ", ".join(f"{name} {value:.1f}" for name, value in times.items()), flush=True)
    return failures == allowed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--restarts", type=int, default=10, help="of each kind")
    restarts = parser.parse_args().restarts
    print(f"two services, {PER_SECOND} requests/s, DynamoDB answers after {DYNAMODB_MS} ms")
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory())
        dynamodb = stack.enter_context(run_canned_dynamodb({"query": encode_answer()}, DYNAMODB_MS))
        services = [
            stack.enter_context(Service(name, port, dynamodb.url).running())
            for name, port in zip("ab", find_ports(2), strict=True)
        ]
        results = []
        for scenario in SCENARIOS:
            folder = Path(name) / str(len(results))
            folder.mkdir()
            results.append(report(scenario, *run_scenario(scenario, services, restarts, folder)))
    print(f"\n{'as it should be' if all(results) else 'NOT as it should be'}")
    sys.exit(0 if all(results) else 1)


if __name__ == "__main__":
    main()

"""Compares the counts of the API with those of the generator."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from local_stack.demo.seed.expected_counts import Group, count_notifications
from notification_client import Attribute, NotificationClient, Summary
from notification_models import CommandRecord
from trials.seeded.scenario import Expected

_THREADS: Final = 4
_TIME_ZONE: Final = "Asia/Taipei"
_BY: Final[Sequence[Sequence[Attribute]]] = (
    (),
    ("status", "platform"),
    ("ap_id", "error_msg"),
    ("hour", "status"),
    ("day", "ap_id", "platform", "status"),
)
# Enough for a user, whose notifications are few: all users together are all notifications.
_BY_OF_USERS: Final[Sequence[Attribute]] = ("status", "platform", "ap_id", "day")


def find_differences(client: NotificationClient, expected: Expected) -> Iterator[str]:
    """Yield what differs: in the failures, in each campaign, and for each user."""
    yield from _compare_failures(client, expected)
    for marketing_id, records in _group(expected.records, "marketing_id").items():
        for by in _BY:
            summary = client.summarize_campaign(marketing_id, by=by, time_zone=_TIME_ZONE)
            yield from _compare(f"campaign {marketing_id}", by, summary, records)
    yield from _compare_users(client, _group(expected.records, "user_id"))


def _compare_failures(client: NotificationClient, expected: Expected) -> Iterator[str]:
    for by in _BY:
        summary = client.summarize_failures(
            by=by,
            time_zone=_TIME_ZONE,
            created_from=expected.plan.from_ms,
            created_to=expected.plan.until_ms,
        )
        yield from _compare("failures", by, summary, expected.failures)


def _compare_users(
    client: NotificationClient, users: Mapping[str, Sequence[CommandRecord]]
) -> Iterator[str]:
    def summarize(user_id: str) -> Summary:
        return client.summarize_user(user_id, by=_BY_OF_USERS, time_zone=_TIME_ZONE)

    with ThreadPoolExecutor(_THREADS) as pool:
        for (user_id, records), summary in zip(
            users.items(), pool.map(summarize, users), strict=True
        ):
            yield from _compare(f"user {user_id}", _BY_OF_USERS, summary, records)


def _compare(
    what: str, by: Sequence[Attribute], summary: Summary, records: Sequence[CommandRecord]
) -> Iterator[str]:
    counted: Counter[Group] = Counter()
    for group in summary.groups:
        counted[tuple(getattr(group, name) for name in by)] = group.count
    expected = count_notifications(records, by, _TIME_ZONE)
    times = sorted(record.created_at for record in records)
    pairs = (
        ("groups", counted, expected),
        ("rows", summary.counted, len(records)),
        ("first", summary.first_created_at, times[0]),
        ("last", summary.last_created_at, times[-1]),
        ("other", summary.other, 0),
    )
    for name, found, wanted in pairs:
        if found != wanted:
            yield f"{what} by {', '.join(by) or 'nothing'}: {name}: {found}, not {wanted}"


def _group(records: Sequence[CommandRecord], name: str) -> Mapping[str, Sequence[CommandRecord]]:
    groups: defaultdict[str, list[CommandRecord]] = defaultdict(list)
    for record in records:
        value = getattr(record, name)
        if value is not None:
            groups[value].append(record)
    return groups

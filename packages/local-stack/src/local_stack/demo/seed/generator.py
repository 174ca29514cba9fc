"""Generates seeded notifications: a pure function of plan and number."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from typing import Final

from local_stack.demo.seed.plan import DAY_MS, SeedPlan
from local_stack.demo.seed.vocabulary import APPLICATIONS, CAMPAIGN_TITLES, REASONS, TITLES
from notification_models import CommandRecord, Platform, Status

_APPLICATIONS: Final = tuple(APPLICATIONS.items())
_HOUR_MS: Final = 3_600_000
_RECORDS_PER_USER: Final = 5
# How flat the busiest end of a distribution is: the first this many ranks are about equally busy.
_FLAT_USERS: Final = 50
_FLAT_CAMPAIGNS: Final = 2
_FLAT_APPLICATIONS: Final = 1
_IN_CAMPAIGN: Final = 0.6
_CAMPAIGN_MEAN_MS: Final = 20 * 60_000
_WITHOUT_AP: Final = 0.01  # from senders that do not set it yet
_SILENT: Final = 0.04
_FAILED: Final = 0.03
_UNCONFIRMED: Final = 0.08
_NIGHT_HOURS: Final = range(15, 23)  # UTC: 23:00 to 07:00 in Taipei
_NIGHT_ACTIVITY: Final = 0.25


@dataclass(frozen=True, slots=True)
class SeededNotification:
    """A notification as its sender writes it.

    Attributes:
        sent: the first write.
        final: the second write of the same record, once the outcome is known; None if it never is.
    """

    sent: CommandRecord
    final: CommandRecord | None

    @property
    def last(self) -> CommandRecord:
        """The record as it stays."""
        return self.final or self.sent


def generate(
    plan: SeedPlan, start: int = 0, stop: int | None = None
) -> Iterator[SeededNotification]:
    """Generate the notifications numbered from `start` to before `stop`, by default all."""
    for number in range(start, plan.records if stop is None else stop):
        yield generate_one(plan, number)


def generate_one(plan: SeedPlan, number: int) -> SeededNotification:
    """Generate one notification; it depends on no other."""
    chance = Random(f"{plan.seed} {number}")  # noqa: S311 - repeatable
    campaign = _draw_campaign(plan, chance)
    ap_id, platforms = _APPLICATIONS[_draw_rank(chance, len(_APPLICATIONS), _FLAT_APPLICATIONS)]
    platform = chance.choice(platforms)
    user = _draw_rank(chance, 1 + plan.records // _RECORDS_PER_USER, _FLAT_USERS)
    created_at = _draw_time(plan, chance, campaign)
    sent = CommandRecord(
        transaction_id=plan.encode_transaction_id(number),
        created_at=created_at,
        user_id=f"seed-user-{user:06d}",
        notification_title=_draw_title(chance, campaign),
        status=Status.SENT,
        platform=platform,
        marketing_id=None if campaign is None else f"seed-campaign-{campaign:03d}",
        ap_id=None if chance.random() < _WITHOUT_AP else ap_id,
        retry_cnt=0,
        send_ts=created_at + chance.randint(20, 900),
        device_token=f"seed-device-{user:06d}",
        payload=f'{{"badge":{chance.randint(1, 9)}}}',
    )
    return SeededNotification(sent, _draw_outcome(plan, chance, sent, platform))


def _draw_rank(chance: Random, count: int, flat: int) -> int:
    """Draw 0 to count - 1; rank k is as frequent as 1 / (flat + k), as in Zipf's law."""
    return min(count - 1, int(flat * ((count / flat + 1) ** chance.random() - 1)))


def _draw_campaign(plan: SeedPlan, chance: Random) -> int | None:
    if chance.random() >= _IN_CAMPAIGN or not plan.campaigns:
        return None
    return _draw_rank(chance, plan.campaigns, _FLAT_CAMPAIGNS)


def _draw_time(plan: SeedPlan, chance: Random, campaign: int | None) -> int:
    if campaign is not None:
        start_ms = plan.from_ms + int(plan.span_ms * _draw_start(plan.seed, campaign))
        time_ms = start_ms + int(chance.expovariate(1 / _CAMPAIGN_MEAN_MS))
        if time_ms < plan.until_ms:
            return time_ms
    while True:
        time_ms = plan.from_ms + chance.randrange(plan.span_ms)
        is_night = (time_ms % DAY_MS) // _HOUR_MS in _NIGHT_HOURS
        if not is_night or chance.random() < _NIGHT_ACTIVITY:
            return time_ms


@lru_cache(maxsize=1024)
def _draw_start(seed: int, campaign: int) -> float:
    """Draw when a campaign starts, as a fraction of the plan's span."""
    return Random(f"{seed} campaign {campaign}").random()  # noqa: S311 - repeatable


def _draw_title(chance: Random, campaign: int | None) -> str | None:
    if campaign is not None:
        return CAMPAIGN_TITLES[campaign % len(CAMPAIGN_TITLES)]
    return None if chance.random() < _SILENT else chance.choice(TITLES)


def _draw_outcome(
    plan: SeedPlan, chance: Random, sent: CommandRecord, platform: Platform
) -> CommandRecord | None:
    # Every number is drawn in any case: an incident changes nothing but its own failures.
    outcome, share = chance.random(), chance.random()
    retries = chance.randint(1, 3)
    after_ms = math.ceil(chance.expovariate(1 / 2000))
    usual_reason = REASONS[platform][_draw_rank(chance, len(REASONS[platform]), 1)]
    for incident in plan.incidents:
        if incident.includes(sent.ap_id, sent.created_at) and share < incident.share:
            return _fail(sent, after_ms, retries, incident.reason)
    if outcome < _FAILED:
        return _fail(sent, after_ms, retries, usual_reason)
    if outcome < _FAILED + _UNCONFIRMED:
        return None
    delivered_ts = (sent.send_ts or sent.created_at) + after_ms
    return replace(sent, status=Status.DELIVERED, delivered_ts=delivered_ts)


def _fail(sent: CommandRecord, after_ms: int, retries: int, reason: str) -> CommandRecord:
    return replace(
        sent,
        status=Status.FAILED,
        error_msg=reason,
        retry_cnt=retries,
        failed_ts=(sent.send_ts or sent.created_at) + after_ms,
    )

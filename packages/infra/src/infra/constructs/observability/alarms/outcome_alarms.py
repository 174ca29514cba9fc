"""Alarms on failed notifications: the service is well, an AP or its push provider is not."""

from collections.abc import Sequence
from typing import Final

from infra.constructs.observability.alarms.alarm import NO_DATA_IS_OK, Alarm
from infra.constructs.observability.outcome_metrics import Outcomes

_NAME: Final = "failed-notifications"


def list_outcome_alarms(outcomes: Sequence[Outcomes], max_percent: float) -> list[Alarm]:
    """List the alarms on the share of failures: over all APs, and of each watched AP.

    The share over all hides a small AP whose notifications all fail.
    """
    return [_create(each, max_percent) for each in outcomes]


def _create(outcomes: Outcomes, max_percent: float) -> Alarm:
    of_one = outcomes.ap_id is not None
    return Alarm(
        name=f"{_NAME}-of-{outcomes.ap_id}" if of_one else _NAME,
        section=f"{_NAME}-of-an-ap" if of_one else _NAME,
        severity="Page",
        meaning=f"Of the notifications of {outcomes.label}, {max_percent:g} percent or more fail.",
        metric=outcomes.get_failure_percent(),
        threshold=max_percent,
        # A burst of stale device tokens at the start of a campaign is over after one period.
        periods=3,
        datapoints=2,
        no_data=NO_DATA_IS_OK,
    )

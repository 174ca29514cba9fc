"""Alarms on failed notifications: the service is well, an AP or its push provider is not."""

from collections.abc import Sequence
from typing import Final

from infra.constructs.observability.alarms.alarm import NO_DATA_IS_OK, Alarm
from infra.constructs.observability.outcome_metrics import ALL, Outcomes

_OF_ALL: Final = "failed-notifications"
_OF_ONE_AP: Final = "failed-notifications-of-an-ap"


def list_outcome_alarms(watched: Sequence[Outcomes], max_percent: float) -> list[Alarm]:
    """List the alarms on the share of failures: over all APs, and of each watched AP.

    The share over all hides a small AP whose notifications all fail.
    """
    return [
        _create(ALL, _OF_ALL, "over all APs", max_percent, section=_OF_ALL),
        *(
            _create(
                each,
                f"{_OF_ALL}-of-{each.ap_id}",
                f"of the AP {each.ap_id}",
                max_percent,
                section=_OF_ONE_AP,
            )
            for each in watched
        ),
    ]


def _create(
    outcomes: Outcomes, name: str, whose: str, max_percent: float, *, section: str
) -> Alarm:
    return Alarm(
        name=name,
        section=section,
        meaning=f"Of the notifications {whose}, {max_percent:g} percent or more fail.",
        metric=outcomes.get_failure_percent(),
        threshold=max_percent,
        # A burst of stale device tokens at the start of a campaign is over after one period.
        periods=3,
        datapoints=2,
        no_data=NO_DATA_IS_OK,
    )

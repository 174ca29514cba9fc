"""An alarm as data."""

from dataclasses import dataclass
from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

PREFIX: Final = "query-service-"

_RUNBOOK: Final = "docs/runbook.md"

NO_DATA_IS_OK: Final = cloudwatch.TreatMissingData.NOT_BREACHING
NO_DATA_IS_BAD: Final = cloudwatch.TreatMissingData.BREACHING
NO_DATA_KEEPS_STATE: Final = cloudwatch.TreatMissingData.IGNORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Goes off when a metric reaches its threshold in enough of the last periods.

    Attributes:
        name: without the common prefix.
        meaning: what is wrong, for the person on call.
        periods: number of last periods of the metric that count.
        datapoints: how many of them must reach the threshold; None for all.
        no_data: how a period without data counts.
        ignores_few_samples: keep the state while a percentile has too few samples.
        section: the runbook's section, if several alarms share one; None for the alarm's name.
    """

    name: str
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    datapoints: int | None = None
    no_data: cloudwatch.TreatMissingData
    ignores_few_samples: bool = False
    section: str | None = None

    def create(self, scope: Construct, topic: sns.ITopic) -> cloudwatch.Alarm:
        """Create the alarm; it notifies the topic when it goes off and when it is over."""
        name = f"{PREFIX}{self.name}"
        alarm = cloudwatch.Alarm(
            scope,
            self.name,
            alarm_name=name,
            alarm_description=f"{self.meaning} {_RUNBOOK}#{PREFIX}{self.section or self.name}",
            metric=self.metric,
            threshold=self.threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=self.periods,
            datapoints_to_alarm=self.datapoints or self.periods,
            treat_missing_data=self.no_data,
            evaluate_low_sample_count_percentile="ignore" if self.ignores_few_samples else None,
        )
        action = actions.SnsAction(topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
        return alarm

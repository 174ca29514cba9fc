"""An alarm as data."""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.config.model import Config

PREFIX: Final = "query-service-"

_RUNBOOK: Final = "docs/runbook.md"

NO_DATA_IS_OK: Final = cloudwatch.TreatMissingData.NOT_BREACHING
NO_DATA_IS_BAD: Final = cloudwatch.TreatMissingData.BREACHING
NO_DATA_KEEPS_STATE: Final = cloudwatch.TreatMissingData.IGNORE

Severity: TypeAlias = Literal["Page", "Ticket"]
"""Page: callers or senders notice it within the hour. Ticket: the next working day is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Goes off when a metric reaches its threshold in enough of the last periods.

    Attributes:
        name: without the prefixes of all alarms and of the deployment.
        severity: how soon somebody must act.
        meaning: what is wrong, for the person on call.
        periods: number of last periods of the metric that count.
        datapoints: how many of them must reach the threshold; None for all.
        no_data: how a period without data counts.
        section: the runbook's section, if several alarms share one; None for the alarm's name.
    """

    name: str
    severity: Severity
    meaning: str
    metric: cloudwatch.IMetric
    threshold: float
    periods: int = 1
    datapoints: int | None = None
    no_data: cloudwatch.TreatMissingData
    section: str | None = None

    def create(self, scope: Construct, topic: sns.ITopic, config: Config) -> cloudwatch.Alarm:
        """Create the alarm; it notifies the topic when it goes off and when it is over."""
        alarm = self.create_silent(scope, config)
        notify(topic, alarm)
        return alarm

    def create_silent(self, scope: Construct, config: Config) -> cloudwatch.Alarm:
        """Create the alarm as a condition of a composite alarm: it notifies nobody itself."""
        return cloudwatch.Alarm(
            scope,
            self.name,
            alarm_name=config.prefix(f"{PREFIX}{self.name}"),
            alarm_description=describe(self.severity, self.meaning, self.section or self.name),
            metric=self.metric,
            threshold=self.threshold,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=self.periods,
            datapoints_to_alarm=self.datapoints or self.periods,
            treat_missing_data=self.no_data,
        )


def describe(severity: Severity, meaning: str, section: str) -> str:
    """Return the description of an alarm: subscriptions filter by its first word."""
    return f"{severity}: {meaning} {_RUNBOOK}#{PREFIX}{section}"


def notify(topic: sns.ITopic, alarm: cloudwatch.AlarmBase) -> None:
    """Notify the topic when the alarm goes off and when it is over."""
    action = actions.SnsAction(topic)
    alarm.add_alarm_action(action)
    alarm.add_ok_action(action)

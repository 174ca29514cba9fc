"""Alarms on availability: the budget of failures burns too fast, over a long and a short window."""

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.alarms.alarm import (
    NO_DATA_IS_OK,
    PREFIX,
    Alarm,
    describe,
    notify,
)
from infra.constructs.observability.availability import (
    BURNS,
    MIN_FAILURES,
    TARGET_PERCENT,
    Availability,
    Burn,
)


def create_availability_alarms(
    scope: Construct, topic: sns.ITopic, config: Config, availability: Availability
) -> list[cloudwatch.IAlarm]:
    """Create an alarm for each rate, after the two that it combines.

    Metrics of one alarm have the same period, so two windows need two alarms.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    """
    created: list[cloudwatch.IAlarm] = []
    for burn in BURNS:
        windows = [
            _watch(burn, "long", availability.get_burn_rate(burn.long, min_failures=MIN_FAILURES)),
            _watch(burn, "short", availability.get_burn_rate(burn.short)),
        ]
        parts = [each.create_silent(scope, config) for each in windows]
        created += [*parts, _combine(scope, topic, config, burn, parts)]
    return created


def _watch(burn: Burn, window: str, metric: cloudwatch.MathExpression) -> Alarm:
    return Alarm(
        name=f"{burn.name}-{window}",
        section=burn.name,
        severity="Page",
        meaning=f"The {window} window of {PREFIX}{burn.name}, which notifies if both are on.",
        metric=metric,
        threshold=burn.rate,
        no_data=NO_DATA_IS_OK,
    )


def _combine(
    scope: Construct,
    topic: sns.ITopic,
    config: Config,
    burn: Burn,
    parts: list[cloudwatch.Alarm],
) -> cloudwatch.CompositeAlarm:
    meaning = (
        f"Over {burn.long.to_human_string()}, requests fail {burn.rate:g} times as often as "
        f"{TARGET_PERCENT:g} percent of availability allows."
    )
    alarm = cloudwatch.CompositeAlarm(
        scope,
        burn.name,
        composite_alarm_name=config.prefix(f"{PREFIX}{burn.name}"),
        alarm_description=describe("Page", meaning, burn.name),
        alarm_rule=cloudwatch.AlarmRule.all_of(
            *(cloudwatch.AlarmRule.from_alarm(each, cloudwatch.AlarmState.ALARM) for each in parts)
        ),
    )
    notify(topic, alarm)
    return alarm

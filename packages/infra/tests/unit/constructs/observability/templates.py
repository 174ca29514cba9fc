"""Reads alarms and the dashboard in a template, and calculates their metric math."""

import json
import re

PREFIX = "query-service-"
LINKED_SECTION = re.compile(
    rf"(Page|Ticket): [A-Z].*\. docs/runbook\.md#{PREFIX}(?P<section>[a-z0-9-]+)"
)

WATCHED_APS = ["web-portal-001", "Mobile.app_002"]


def list_alarms(deployed):
    return {
        each["AlarmName"].removeprefix(PREFIX): each
        for each in deployed.find("CloudWatch::Alarm").values()
    }


def find_section(alarm):
    return LINKED_SECTION.fullmatch(alarm["AlarmDescription"])["section"]


def list_failure_rules(deployed):
    """List the rules that notify the topic of alarms, by name without the common prefix."""
    (topic,) = deployed.find("SNS::Topic")
    return {
        each["Name"].removeprefix(PREFIX): each
        for each in deployed.find("Events::Rule").values()
        if [target["Arn"] for target in each["Targets"]] == [f"${{{topic}}}"]
    }


def list_linked_sections(deployed):
    """List the sections of the runbook to which alarms and failed deployments link."""
    descriptions = [
        *(each["AlarmDescription"] for each in deployed.find("CloudWatch::Alarm").values()),
        *(
            each["AlarmDescription"]
            for each in deployed.find("CloudWatch::CompositeAlarm").values()
        ),
        *(each["Description"] for each in list_failure_rules(deployed).values()),
    ]
    return {LINKED_SECTION.fullmatch(each)["section"] for each in descriptions}


def list_expressions(alarm):
    return [each["Expression"] for each in alarm["Metrics"] if "Expression" in each]


class NoValue:
    """The value of a metric without one: arithmetic takes it as 0, anything else leaves it out.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
    """

    def __add__(self, other):
        return other

    __radd__ = __add__

    def __gt__(self, other):
        return self

    __ge__ = __gt__


MISSING = NoValue()
"""The value of a metric that has others."""
NEVER = NoValue()
"""The value of a metric that never had data: AWS does not say that FILL fills it."""


def calculate(expression, **metrics):
    """Evaluate a metric math expression of IF, FILL, TIME_SERIES and arithmetic."""
    functions = {
        "IF": lambda condition, then, otherwise: (
            condition if isinstance(condition, NoValue) else then if condition else otherwise
        ),
        "FILL": lambda value, default: default if value is MISSING else value,
        "TIME_SERIES": lambda scalar: scalar,
    }
    values = {name: MISSING if each is None else each for name, each in metrics.items()}
    return eval(expression, {"__builtins__": {}}, functions | values)  # noqa: S307 - our own


def list_watched_metrics(alarm):
    return [
        each["MetricStat"]["Metric"]
        | {
            "Dimensions": {
                d["Name"]: d["Value"] for d in each["MetricStat"]["Metric"]["Dimensions"]
            }
        }
        for each in alarm["Metrics"]
        if "MetricStat" in each
    ]


def find_widget(deployed, title):
    """Return the properties of the dashboard's widget with this title."""
    dashboard = json.loads(deployed.get("CloudWatch::Dashboard")["DashboardBody"])
    (found,) = (
        each["properties"] for each in dashboard["widgets"] if each["properties"]["title"] == title
    )
    return found


def list_shown_expressions(widget):
    return [each[0]["expression"] for each in widget["metrics"] if len(each) == 1]

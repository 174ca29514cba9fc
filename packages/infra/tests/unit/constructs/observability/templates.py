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


def calculate(expression, **metrics):
    """Evaluate a metric math expression of IF, FILL and arithmetic."""
    functions = {
        "IF": lambda condition, then, otherwise: then if condition else otherwise,
        "FILL": lambda value, default: default if value is None else value,
    }
    return eval(expression, {"__builtins__": {}}, functions | metrics)  # noqa: S307 - our own


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

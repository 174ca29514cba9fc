"""The dashboard: its rows, and what they show."""

import json

import pytest

from .templates import WATCHED_APS, calculate, find_widget, list_shown_expressions


def test_the_dashboard_has_its_rows_in_order(default):
    dashboard = default.get("CloudWatch::Dashboard")
    widgets = json.loads(dashboard["DashboardBody"])["widgets"]
    rows = sorted({each["y"] for each in widgets})
    first_in_row = [
        next(each for each in widgets if (each["y"], each["x"]) == (row, 0)) for row in rows
    ]

    assert dashboard["DashboardName"] == "query-service"
    assert [each["properties"]["title"].split(":")[0] for each in first_in_row] == [
        "Alarms",
        "Availability of 30 days",
        "Tasks",
        "Requests",
        "Queries",
        "Stream",
        "Notifications",
        "Quarantine and discarded records",
    ]


def test_the_dashboard_finds_the_failures_of_every_ap(default):
    widget = find_widget(default, "Notifications: failures by AP")
    ((search,),) = widget["metrics"]

    assert search["label"] == "${PROP('Dim.ap_id')}"
    assert search["expression"] == (
        'SORT(SEARCH(\'{"NotificationQueryService","service","ap_id","status"}'
        ' MetricName="NotificationsByAp" status="FAILED"\', \'Sum\', 60), SUM, DESC, 20)'
    )


def test_the_dashboard_shows_the_share_of_failures_of_all_and_of_watched_aps(special):
    widget = find_widget(special, "Notifications: share of failures, percent")
    shown = [each[0]["label"] for each in widget["metrics"] if len(each) == 1]

    assert shown == ["all APs", *WATCHED_APS]
    assert [each["value"] for each in widget["annotations"]["horizontal"]] == [7.5]


def test_the_dashboard_shows_every_alarm(either):
    dashboard = json.loads(either.get("CloudWatch::Dashboard")["DashboardBody"])
    shown = {
        arn.removeprefix("${").removesuffix(".Arn}")
        for widget in dashboard["widgets"]
        for arn in widget["properties"].get("alarms", [])
    }

    assert shown == {
        *either.find("CloudWatch::Alarm"),
        *either.find("CloudWatch::CompositeAlarm"),
    }


def test_availability_is_a_figure_of_30_days_whatever_range_the_dashboard_shows(default):
    widget = find_widget(default, "Availability of 30 days: objective 99.9 percent")
    metrics = [each for each in widget["metrics"] if len(each) > 1]
    month_s = 30 * 24 * 3600

    assert (widget["view"], widget["start"]) == ("singleValue", "-P30D")
    assert widget["setPeriodToTimeRange"] is True
    assert {each[1] for each in metrics} == {"Count", "5XXError"}
    assert {each[-1]["period"] for each in metrics} == {month_s}


@pytest.mark.parametrize(
    ("failures", "requests", "available", "budget"),
    [
        pytest.param(0, 1_000_000, 100, 100, id="nothing failed"),
        pytest.param(500, 1_000_000, 99.95, 50, id="half of the budget is used"),
        pytest.param(1_000, 1_000_000, 99.9, 0, id="all of the budget is used"),
        pytest.param(2_000, 1_000_000, 99.8, -100, id="the budget is overdrawn"),
    ],
)
def test_the_figure_of_availability_and_what_is_left_of_its_budget(
    default, failures, requests, available, budget
):
    widget = find_widget(default, "Availability of 30 days: objective 99.9 percent")
    expressions = list_shown_expressions(widget)

    values = [calculate(each, failures=failures, requests=requests) for each in expressions]

    assert values == [pytest.approx(available), pytest.approx(budget, abs=1e-6)]


@pytest.mark.parametrize(("window", "rate"), [("1 hour", 14.4), ("6 hours", 6)])
def test_the_dashboard_shows_how_fast_the_budget_burns(default, window, rate):
    widget = find_widget(default, f"Availability: burn rate, {window}")
    (expression,) = list_shown_expressions(widget)

    assert calculate(expression, failures=1, requests=1_000) == pytest.approx(1)
    assert [each["value"] for each in widget["annotations"]["horizontal"]] == [rate]


@pytest.mark.parametrize(
    ("title", "terms", "statistic"),
    [
        ("Queries: p99 of the service by route, ms", 'MetricName="Latency" outcome="ok"', "p99"),
        ("Queries: requests by route", 'MetricName="Requests" outcome="ok"', "Sum"),
        (
            "Queries: requests that fail, by route and outcome",
            'MetricName="Requests" NOT outcome="ok"',
            "Sum",
        ),
    ],
)
def test_the_dashboard_finds_the_requests_of_every_route(default, title, terms, statistic):
    (expression,) = list_shown_expressions(find_widget(default, title))

    assert expression == (
        'SEARCH(\'{"NotificationQueryService","service","route","outcome"} service="query-api" '
        f"{terms}', '{statistic}', 60)"
    )

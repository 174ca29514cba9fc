"""Metrics of the service's requests by route and outcome, as the tasks emit them.

Only a graph may search: an alarm may not.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
"""

from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch

from infra.constructs.observability.watched_resources import MINUTE

_DIMENSIONS: Final = ("service", "route", "outcome")
_SERVICE: Final = "query-api"
_OK: Final = "ok"
_ROUTE: Final = "${PROP('Dim.route')}"


def search_latency(namespace: str) -> cloudwatch.MathExpression:
    """Find p99 of the successful requests of each route, in milliseconds."""
    return _search(namespace, f'MetricName="Latency" outcome="{_OK}"', "p99", label=_ROUTE)


def search_requests(namespace: str) -> cloudwatch.MathExpression:
    """Find the successful requests of each route."""
    return _search(namespace, f'MetricName="Requests" outcome="{_OK}"', "Sum", label=_ROUTE)


def search_failed_requests(namespace: str) -> cloudwatch.MathExpression:
    """Find the other requests of each route, by outcome: `overloaded` are shed."""
    terms = f'MetricName="Requests" NOT outcome="{_OK}"'
    return _search(namespace, terms, "Sum", label=f"{_ROUTE} ${{PROP('Dim.outcome')}}")


def _search(namespace: str, terms: str, statistic: str, *, label: str) -> cloudwatch.MathExpression:
    # Names with other characters than letters and digits need quotation marks.
    schema = ",".join(f'"{each}"' for each in (namespace, *_DIMENSIONS))
    return cloudwatch.MathExpression(
        expression=f"SEARCH('{{{schema}}} service=\"{_SERVICE}\" {terms}', "
        f"'{statistic}', {MINUTE.to_seconds()})",
        period=MINUTE,
        label=label,
    )

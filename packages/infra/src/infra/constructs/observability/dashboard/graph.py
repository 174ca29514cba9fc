"""A graph of the dashboard: three fill a row."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_cloudwatch as cloudwatch

WIDTH: Final = 24
"""Of a row."""


def graph(
    title: str,
    metrics: Sequence[cloudwatch.IMetric],
    *,
    line: tuple[float, str] | None = None,
) -> cloudwatch.GraphWidget:
    """Create a graph from 0 up, with a line at a value and its label."""
    annotations = [cloudwatch.HorizontalAnnotation(value=line[0], label=line[1])] if line else []
    return cloudwatch.GraphWidget(
        title=title,
        width=WIDTH // 3,
        left=[*metrics],
        left_y_axis=cloudwatch.YAxisProps(min=0),
        left_annotations=annotations,
    )

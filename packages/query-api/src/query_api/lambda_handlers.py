"""Every Lambda entry point: `query_api.lambda_handlers.<name>`."""

import asyncio
from functools import cache
from typing import Any

from query_api.dynamodb.counting.pace import Pace
from query_api.dynamodb.read_model import DynamoDBReadModel
from query_api.query_lambda.handler import QueryFunction
from query_api.read_model.backend_client import create_backend_client
from query_api.read_model.deadline import DeadlineReadModel
from query_api.settings import load_settings


def query(event: object, _context: object) -> dict[str, Any]:
    """Handle a query of the service; see `QueryFunction`."""
    return _get_function().handle(event)


@cache
def _get_function() -> QueryFunction:
    """Read the settings and wire the function, once for each execution environment."""
    settings = load_settings()
    client = create_backend_client("dynamodb", settings)
    read_model = DynamoDBReadModel(
        client,
        settings.table_name,
        count_s=settings.count_s,
        # A function handles one query at a time.
        pace=Pace(cpu_share=1, max_reads=settings.max_connections),
    )
    bounded = DeadlineReadModel(read_model, deadline_s=settings.deadline_s)
    return QueryFunction(bounded, asyncio.Runner())

"""Alarms, the topic that they tell, and the dashboard."""

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.alarm_topic import create_alarm_topic
from infra.constructs.observability.dashboard import create_dashboard
from infra.constructs.observability.service_alarms import (
    list_api_alarms,
    list_deployment_alarms,
    list_query_function_alarms,
    list_task_alarms,
)
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.stream_alarms import (
    list_failure_alarms,
    list_processor_alarms,
    list_table_alarms,
)
from infra.constructs.observability.watched_resources import Watched
from infra.constructs.query_service.query_service import QueryService


class Observability(Construct):
    """Tells whoever is on call what is wrong, and rolls back a deployment that went wrong.

    Attributes:
        topic: gets every alarm.
        dashboard: shows all of it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        service: QueryService,
        api: apigateway.RestApi,
        watched: Watched,
    ) -> None:
        super().__init__(scope, construct_id)
        metrics = ServiceMetrics(service, api)
        self.topic = create_alarm_topic(self, config=config)
        deployment_alarms = [
            each.create(self, self.topic) for each in list_deployment_alarms(metrics)
        ]
        service.roll_back_on(deployment_alarms)
        others = [
            *list_api_alarms(metrics),
            *list_task_alarms(metrics),
            *list_processor_alarms(watched.stream),
            *list_failure_alarms(watched.stream),
            *list_table_alarms(watched.tables),
        ]
        if watched.query_function is not None:
            others += list_query_function_alarms(watched.query_function)
        alarms = [*deployment_alarms, *(each.create(self, self.topic) for each in others)]
        self.dashboard = create_dashboard(self, metrics, watched, alarms)

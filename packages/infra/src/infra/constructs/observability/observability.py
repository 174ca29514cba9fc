"""Alarms, their topic, and the dashboard."""

from constructs import Construct

from infra.config.model import Config
from infra.constructs.observability.alarms.api_alarms import list_api_alarms
from infra.constructs.observability.alarms.availability_alarms import create_availability_alarms
from infra.constructs.observability.alarms.outcome_alarms import list_outcome_alarms
from infra.constructs.observability.alarms.service_alarms import (
    list_deployment_alarms,
    list_load_balancer_alarms,
    list_query_function_alarms,
    list_row_alarms,
    list_task_alarms,
)
from infra.constructs.observability.alarms.stream_alarms import (
    list_failure_alarms,
    list_processor_alarms,
    list_silence_alarms,
    list_table_alarms,
)
from infra.constructs.observability.alarms.topic import create_alarm_topic
from infra.constructs.observability.availability import Availability
from infra.constructs.observability.dashboard.dashboard import create_dashboard
from infra.constructs.observability.deployment_events import watch_deployments
from infra.constructs.observability.outcome_metrics import list_outcomes
from infra.constructs.observability.service_metrics import ServiceMetrics
from infra.constructs.observability.watched_resources import WatchedResources


class Observability(Construct):
    """Alarms on everything that is deployed, and a dashboard of it.

    Attributes:
        topic: gets every alarm, and the failures of deployments.
        deployment_alarms: those that must roll a deployment of the service back.
        dashboard: the dashboard.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        resources: WatchedResources,
    ) -> None:
        super().__init__(scope, construct_id)
        metrics = ServiceMetrics(resources.service, resources.api, config.metrics_namespace)
        availability = Availability(metrics)
        outcomes = list_outcomes(config)
        self.topic = create_alarm_topic(self, config=config)
        watch_deployments(
            self,
            self.topic,
            config=config,
            service_arn=resources.service.service.service_arn,
            stack_names=resources.stack_names,
        )
        self.deployment_alarms = [
            each.create(self, self.topic, config) for each in list_deployment_alarms(metrics)
        ]
        others = [
            *list_api_alarms(metrics),
            *list_load_balancer_alarms(metrics),
            *list_task_alarms(metrics),
            *list_row_alarms(metrics),
            *list_processor_alarms(resources.stream),
            *list_silence_alarms(resources.stream, resources.commands),
            *list_failure_alarms(resources.stream),
            *list_table_alarms(resources.tables),
            *list_outcome_alarms(outcomes, config.max_failure_percent),
        ]
        if resources.query_function is not None:
            others += list_query_function_alarms(resources.query_function)
        alarms = [
            *self.deployment_alarms,
            *create_availability_alarms(self, self.topic, config, availability),
            *(each.create(self, self.topic, config) for each in others),
        ]
        self.dashboard = create_dashboard(
            self,
            metrics,
            resources,
            alarms,
            config=config,
            outcomes=outcomes,
        )

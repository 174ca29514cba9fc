"""Deployments beside each other in one account and region share no name of a resource."""

import re
from itertools import chain

import pytest

# Names that need to be unique only within another resource, and names of what AWS has.
ALLOWED = {
    ("ApiGateway::Stage", "StageName"): "within the API",
    ("CloudWatch::Alarm", "MetricName"): "within the namespace",
    ("CloudWatch::Alarm", "Name"): "of a dimension",
    ("DynamoDB::Table", "AttributeName"): "within the table",
    ("DynamoDB::Table", "IndexName"): "within the table",
    ("EC2::VPCEndpoint", "ServiceName"): "of AWS",
    ("ECS::Cluster", "Name"): "of a setting",
    ("ECS::Service", "ContainerName"): "within the task",
    ("ECS::TaskDefinition", "Name"): "of the container, or of one of its variables",
    ("Events::Rule", "eventName"): "of an event of AWS",
    ("IAM::Policy", "OutputName"): "within the stack",
    ("IAM::Policy", "PolicyName"): "within the role",
    ("IAM::Role", "PolicyName"): "within the role",
    ("Lambda::EventSourceMapping", "OutputName"): "within the stack",
    ("ServiceDiscovery::Service", "Name"): "within the zone",
}
AWS_NAMESPACES = re.compile("(AWS|ECS)/.+")
# Text for people, and tags: the tag `application` is the same for all deployments.
TEXTS = re.compile("Tags|.*Description|Comment")
# The load balancer's prefix of its access logs, in a bucket of its own.
LOG_PREFIX = re.compile("query-service|/query-service/AWSLogs/")


def walk(value, key=""):
    """Find every text below a property, with the property nearest to it."""
    if isinstance(value, dict):
        for name, each in value.items():
            if not TEXTS.fullmatch(name):
                yield from walk(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from walk(each, key)
    elif isinstance(value, str):
        yield key, value


def find_texts(synthesized):
    """Find every text of the resources: their type, the property, the text."""
    for template in synthesized.stacks.values():
        for each in template["Resources"].values():
            for key, text in walk(each.get("Properties", {})):
                yield each["Type"].removeprefix("AWS::"), key, text


def find_names(synthesized):
    """Find every name that a template fixes, those of its exports and of the stacks included."""
    yield from (("Stack", "StackName", name) for name in synthesized.stacks)
    for template in synthesized.stacks.values():
        for each in template.get("Outputs", {}).values():
            yield "Output", "ExportName", each.get("Export", {}).get("Name")
    for kind, key, text in find_texts(synthesized):
        if key.endswith("Name") or key in {"Family", "Namespace"}:
            yield kind, key, text


def list_names(*deployments):
    """List what must differ between deployments."""
    return {
        (kind, key, name)
        for kind, key, name in chain.from_iterable(map(find_names, deployments))
        if name and (kind, key) not in ALLOWED and not AWS_NAMESPACES.fullmatch(name)
    }


@pytest.fixture
def others(plain, elaborate):
    return list_names(plain, elaborate)


def test_a_deployment_with_a_name_shares_no_name_with_those_without(named, others):
    kinds = {kind for kind, _, _ in others}

    assert kinds >= {"Stack", "DynamoDB::Table", "SQS::Queue", "Lambda::Function"}
    assert not list_names(named) & others


def test_a_deployment_with_a_name_refers_to_nothing_of_those_without(named, others):
    names = "|".join(sorted(re.escape(name) for name in {name for _, _, name in others}))
    # Behind `#` is a section of the runbook, before a colon and a space a label in the dashboard.
    foreign = re.compile(rf"(?<![\w#-])({names})(?![\w-]|: )")
    texts = [
        text
        for kind, key, text in find_texts(named)
        if (kind, key) not in ALLOWED and not LOG_PREFIX.fullmatch(text)
    ]

    assert texts
    assert [text for text in texts if foreign.search(text)] == []


def test_the_names_of_a_deployment_without_a_name_stay_as_they_are(plain):
    assert list_names(plain) >= {
        ("Stack", "StackName", "query-service-data"),
        ("Stack", "StackName", "query-service-application"),
        ("DynamoDB::Table", "TableName", "command-records"),
        ("DynamoDB::Table", "TableName", "notification-records"),
        ("SQS::Queue", "QueueName", "notification-quarantine"),
        ("Lambda::Function", "FunctionName", "notification-stream-processor"),
        ("Lambda::Function", "FunctionName", "notification-verify"),
        ("Lambda::Function", "FunctionName", "notification-redrive"),
        ("StepFunctions::StateMachine", "StateMachineName", "notification-rebuild"),
        ("ECS::Cluster", "ClusterName", "query-service-cluster"),
        ("ECS::Service", "ServiceName", "query-service"),
        ("ECS::TaskDefinition", "Family", "query-service-task"),
        ("Logs::LogGroup", "LogGroupName", "/ecs/query-service"),
        ("Logs::LogGroup", "LogGroupName", "/aws/lambda/notification-stream-processor"),
        ("ServiceDiscovery::PrivateDnsNamespace", "Name", "query-service.local"),
        ("ApiGateway::RestApi", "Name", "query-service"),
        ("SNS::Topic", "TopicName", "query-service-alarms"),
        ("CloudWatch::Alarm", "AlarmName", "query-service-service-5xx"),
        ("CloudWatch::Alarm", "Namespace", "NotificationQueryService"),
        ("CloudWatch::Dashboard", "DashboardName", "query-service"),
    }


def test_the_name_of_a_deployment_precedes_every_name(named, plain):
    prefixed = {
        (kind, key, re.sub(r"([\w.:-]+)$", r"dev-\1", name))
        for kind, key, name in list_names(plain)
        # The CDK makes it of the stack's name, without hyphens.
        if kind != "ApplicationAutoScaling::ScalingPolicy"
    }

    assert prefixed
    assert prefixed <= list_names(named)

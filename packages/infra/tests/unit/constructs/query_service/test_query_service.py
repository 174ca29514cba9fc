"""The ECS service, its cluster and its scaling."""

import pytest


@pytest.fixture
def service(default):
    return default.get("ECS::Service")


def test_the_service_and_its_cluster_have_the_names_that_the_runbook_uses(default, service):
    cluster = default.get("ECS::Cluster")

    assert cluster["ClusterName"] == "query-service-cluster"
    assert service["ServiceName"] == "query-service"


def test_tasks_run_on_the_latest_version_of_the_platform(service):
    assert service.get("PlatformVersion", "LATEST") == "LATEST"


def test_tasks_run_on_fargate_in_two_subnets_without_public_addresses(service):
    network = service["NetworkConfiguration"]["AwsvpcConfiguration"]

    assert service["LaunchType"] == "FARGATE"
    assert network["AssignPublicIp"] == "DISABLED"
    assert len(network["Subnets"]) == 2


def test_a_deployment_does_not_set_the_number_of_running_tasks(service):
    assert "DesiredCount" not in service


def test_the_numbers_of_tasks_are_configured(special):
    target = special.get("ApplicationAutoScaling::ScalableTarget")

    assert special.get("ECS::Service")["DesiredCount"] == 4
    assert (target["MinCapacity"], target["MaxCapacity"]) == (3, 20)


def test_by_default_two_to_ten_tasks_run(default):
    target = default.get("ApplicationAutoScaling::ScalableTarget")

    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)


def test_tasks_are_replaced_one_by_one_and_spread_over_the_zones(service):
    deployment = service["DeploymentConfiguration"]

    assert deployment["MinimumHealthyPercent"] == 100
    assert deployment["MaximumPercent"] == 200
    assert service["AvailabilityZoneRebalancing"] == "ENABLED"


def test_a_failed_deployment_is_rolled_back(service):
    breaker = service["DeploymentConfiguration"]["DeploymentCircuitBreaker"]

    assert breaker == {"Enable": True, "Rollback": True}


def test_a_deployment_is_rolled_back_by_alarms_on_errors_and_latency(default, service):
    alarms = service["DeploymentConfiguration"]["Alarms"]
    names = {
        default.find("CloudWatch::Alarm")[each.strip("${}")]["AlarmName"]
        for each in alarms["AlarmNames"]
    }

    assert alarms["Enable"]
    assert alarms["Rollback"]
    assert names == {
        "query-service-service-5xx",
        "query-service-load-balancer-5xx",
        "query-service-service-latency",
    }


def test_the_service_scales_on_cpu_and_on_requests(default):
    policies = {
        each["TargetTrackingScalingPolicyConfiguration"]["PredefinedMetricSpecification"][
            "PredefinedMetricType"
        ]: each["TargetTrackingScalingPolicyConfiguration"]["TargetValue"]
        for each in default.find("ApplicationAutoScaling::ScalingPolicy").values()
    }

    assert policies == {"ECSServiceAverageCPUUtilization": 60, "ALBRequestCountPerTarget": 12_000}


def test_container_insights_count_the_tasks(default):
    cluster = default.get("ECS::Cluster")

    assert cluster["ClusterSettings"] == [{"Name": "containerInsights", "Value": "enabled"}]


def test_tasks_start_after_the_vpc_endpoints_are_created(default):
    (service,) = (
        each for each in default.resources.values() if each["Type"] == "AWS::ECS::Service"
    )

    assert set(default.find("EC2::VPCEndpoint")) <= set(service["DependsOn"])


def test_tasks_are_registered_in_the_private_zone(default, service):
    namespaces = default.find("ServiceDiscovery::PrivateDnsNamespace")
    (namespace_id,) = namespaces
    registry = service["ServiceRegistries"][0]["RegistryArn"].strip("${}").removesuffix(".Arn")
    registered = default.find("ServiceDiscovery::Service")[registry]

    assert namespaces[namespace_id]["Name"] == "query-service.local"
    assert registered["Name"] == "query-service"
    assert registered["NamespaceId"] == f"${{{namespace_id}.Id}}"

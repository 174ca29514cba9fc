"""The load balancer, its zone, and its security groups."""

from datetime import timedelta

import pytest

from infra.constructs.query_service.load_balancer import SERVICE_PORT

STOP_TIMEOUT = timedelta(seconds=30)


def get_attributes(properties, kind):
    return {each["Key"]: each["Value"] for each in properties[f"{kind}Attributes"]}


@pytest.fixture
def load_balancer(default):
    return default.get("ElasticLoadBalancingV2::LoadBalancer")


@pytest.fixture
def target_group(default):
    return default.get("ElasticLoadBalancingV2::TargetGroup")


def test_the_load_balancer_is_internal(load_balancer):
    assert load_balancer["Type"] == "application"
    assert load_balancer["Scheme"] == "internal"


def test_the_load_balancer_has_deletion_protection_and_drops_invalid_headers(load_balancer):
    attributes = get_attributes(load_balancer, "LoadBalancer")

    assert attributes["deletion_protection.enabled"] == "true"
    assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"


def test_the_load_balancer_accepts_the_requests_of_api_gateway(load_balancer):
    attributes = get_attributes(load_balancer, "LoadBalancer")

    assert attributes["routing.http.desync_mitigation_mode"] == "defensive"


def test_the_load_balancer_closes_idle_connections_before_the_service(load_balancer):
    keep_alive_s = 75

    idle_timeout_s = get_attributes(load_balancer, "LoadBalancer")["idle_timeout.timeout_seconds"]

    assert int(idle_timeout_s) == 60 < keep_alive_s


def test_access_logs_go_to_a_private_encrypted_bucket(default, load_balancer):
    attributes = get_attributes(load_balancer, "LoadBalancer")
    bucket = default.find("S3::Bucket")[attributes["access_logs.s3.bucket"].strip("${}")]

    assert attributes["access_logs.s3.enabled"] == "true"
    assert all(bucket["PublicAccessBlockConfiguration"].values())
    assert bucket["BucketEncryption"]
    assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90


def test_the_bucket_of_access_logs_is_kept_whenever_it_is_no_longer_needed(default, load_balancer):
    bucket_id = get_attributes(load_balancer, "LoadBalancer")["access_logs.s3.bucket"].strip("${}")
    bucket = default.resources[bucket_id]

    assert bucket["DeletionPolicy"] == bucket["UpdateReplacePolicy"] == "Retain"


def test_the_health_check_is_liveness(target_group):
    assert target_group["HealthCheckPath"] == "/health"
    assert target_group["Matcher"] == {"HttpCode": "200"}
    assert target_group["TargetType"] == "ip"
    assert target_group["Port"] == SERVICE_PORT


def test_a_task_may_be_busy_for_50_s_before_the_load_balancer_takes_it_out(target_group):
    interval_s = target_group["HealthCheckIntervalSeconds"]

    # The load balancer requires a timeout below the interval.
    assert 5 < target_group["HealthCheckTimeoutSeconds"] < interval_s
    assert interval_s * target_group["UnhealthyThresholdCount"] == 50


def test_the_deregistration_delay_is_within_the_stop_timeout(target_group):
    delay = get_attributes(target_group, "TargetGroup")["deregistration_delay.timeout_seconds"]

    assert int(delay) == 20 <= STOP_TIMEOUT.total_seconds()


def test_a_request_goes_to_the_task_with_the_fewest_requests(target_group):
    algorithm = get_attributes(target_group, "TargetGroup")["load_balancing.algorithm.type"]

    assert algorithm == "least_outstanding_requests"


def test_without_a_certificate_the_listener_uses_http(default):
    listener = default.get("ElasticLoadBalancingV2::Listener")

    assert (listener["Protocol"], listener["Port"]) == ("HTTP", 80)


def test_with_a_certificate_the_listener_uses_tls_1_2_or_later(special):
    listener = special.get("ElasticLoadBalancingV2::Listener")

    assert (listener["Protocol"], listener["Port"]) == ("HTTPS", 443)
    assert listener["Certificates"][0]["CertificateArn"].startswith("arn:aws:acm:")
    assert listener["SslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")


def test_the_load_balancer_has_a_name_in_the_private_zone(default):
    (namespace_id,) = default.find("ServiceDiscovery::PrivateDnsNamespace")
    (load_balancer_id,) = default.find("ElasticLoadBalancingV2::LoadBalancer")
    alias = default.get("ServiceDiscovery::Instance")
    name = default.find("ServiceDiscovery::Service")[
        alias["ServiceId"].strip("${}").removesuffix(".Id")
    ]

    assert name["Name"] == "internal-alb"
    assert name["NamespaceId"] == f"${{{namespace_id}.Id}}"
    assert alias["InstanceAttributes"] == {"AWS_ALIAS_DNS_NAME": f"${{{load_balancer_id}.DNSName}}"}


def list_ingress(deployed, group):
    """Rules that allow connections to a security group: (source group, from port, to port)."""
    group_id = group.removesuffix("}").removesuffix(".GroupId") + ".GroupId}"
    return {
        (rule["SourceSecurityGroupId"], rule["FromPort"], rule["ToPort"])
        for rule in deployed.find("EC2::SecurityGroupIngress").values()
        if rule["GroupId"] == group_id
    }


def test_only_the_vpc_link_reaches_the_load_balancer(default, load_balancer):
    (link_group,) = default.get("ApiGatewayV2::VpcLink")["SecurityGroupIds"]
    (group,) = load_balancer["SecurityGroups"]

    assert list_ingress(default, group) == {(link_group, 80, 80)}


def test_only_the_load_balancer_reaches_the_tasks(default, load_balancer):
    network = default.get("ECS::Service")["NetworkConfiguration"]["AwsvpcConfiguration"]
    (group,) = network["SecurityGroups"]

    ways_in = list_ingress(default, group)

    assert ways_in == {(load_balancer["SecurityGroups"][0], SERVICE_PORT, SERVICE_PORT)}


def test_nothing_is_open_to_the_internet(either):
    rules = [
        rule
        for group in either.find("EC2::SecurityGroup").values()
        for rule in (
            *group.get("SecurityGroupIngress", []),
            *group.get("SecurityGroupEgress", []),
        )
    ]
    rules += either.find("EC2::SecurityGroupIngress").values()
    rules += either.find("EC2::SecurityGroupEgress").values()

    assert not [each for each in rules if each.get("CidrIp") == "0.0.0.0/0"]
    assert not [each for each in rules if each.get("CidrIpv6")]

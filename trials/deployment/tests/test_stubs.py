"""What templates must say of what the emulator only stubs."""

import copy

import pytest
from trials.deployment.exceptions import RehearsalError
from trials.deployment.stubs import INERT, REFUSED, check_claims

STUBS = [*REFUSED, *INERT]
INTEGRATION = {
    "ConnectionType": "VPC_LINK",
    "ConnectionId": {"Ref": "Link"},
    "IntegrationTarget": {"Ref": "LoadBalancer"},
}


@pytest.fixture
def resources():
    """A template that bears every claim out."""
    by_kind = {
        "ApiGatewayV2::VpcLink": {"SubnetIds": ["a", "b"], "SecurityGroupIds": ["c"]},
        "ApplicationAutoScaling::ScalableTarget": {"MinCapacity": 2, "MaxCapacity": 10},
        "ApplicationAutoScaling::ScalingPolicy": {
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {
                    "PredefinedMetricType": "ECSServiceAverageCPUUtilization"
                },
                "TargetValue": 60,
            }
        },
        "EC2::FlowLog": {"ResourceType": "VPC", "TrafficType": "ALL"},
        "EC2::SecurityGroupIngress": {
            "SourceSecurityGroupId": "sg-1",
            "FromPort": 80,
            "ToPort": 80,
        },
        "EC2::SecurityGroupEgress": {
            "DestinationPrefixListId": "pl-1",
            "FromPort": 443,
            "ToPort": 443,
        },
        "CloudWatch::Alarm": {"Metrics": [{}, {}], "AlarmActions": ["topic"], "Threshold": 1},
        "ECS::TaskDefinition": {
            "ContainerDefinitions": [
                {"PortMappings": [{"ContainerPort": 8000}], "ReadonlyRootFilesystem": True}
            ],
            "RuntimePlatform": {"CpuArchitecture": "ARM64"},
        },
        "ApiGateway::Method": {"Integration": INTEGRATION},
        "Lambda::EventSourceMapping": {
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 10,
            "DestinationConfig": {"OnFailure": {}},
        },
        "IAM::Policy": {
            "PolicyDocument": {"Statement": [{"Action": "s3:GetObject"}, {"Action": ["s3:List"]}]}
        },
        "DynamoDB::Table": {
            "TableName": "notification-records",
            "DeletionProtectionEnabled": True,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
        },
    }
    return {
        kind: {"Type": f"AWS::{kind}", "Properties": properties}
        for kind, properties in by_kind.items()
    }


def test_a_template_that_says_all_of_it_passes(resources):
    checked = check_claims(resources, STUBS)

    assert [each.count for each in checked] == [1] * len(STUBS)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ApiGatewayV2::VpcLink", {"SecurityGroupIds": []}),
        ("ApplicationAutoScaling::ScalableTarget", {"MinCapacity": 0}),
        (
            "ApplicationAutoScaling::ScalingPolicy",
            {
                "TargetTrackingScalingPolicyConfiguration": {
                    "PredefinedMetricSpecification": {
                        "PredefinedMetricType": "ALBRequestCountPerTarget"
                    },
                    "TargetValue": 60,
                }
            },
        ),
        ("EC2::FlowLog", {"TrafficType": "REJECT"}),
        ("EC2::SecurityGroupIngress", {"ToPort": 65535}),
        ("EC2::SecurityGroupIngress", {"CidrIp": "0.0.0.0/0"}),
        ("EC2::SecurityGroupEgress", {"DestinationSecurityGroupId": "sg-1"}),
        ("CloudWatch::Alarm", {"AlarmActions": []}),
        ("ECS::TaskDefinition", {"RuntimePlatform": {"CpuArchitecture": "X86_64"}}),
        (
            "ApiGateway::Method",
            {"Integration": INTEGRATION | {"IntegrationTarget": "somewhere"}},
        ),
        ("Lambda::EventSourceMapping", {"FunctionResponseTypes": []}),
        ("Lambda::EventSourceMapping", {"DestinationConfig": {}}),
        ("IAM::Policy", {"PolicyDocument": {"Statement": [{"Action": ["s3:*"]}]}}),
        (
            "DynamoDB::Table",
            {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}},
        ),
        ("DynamoDB::Table", {"TimeToLiveSpecification": {"AttributeName": "x", "Enabled": True}}),
    ],
)
def test_a_claim_that_does_not_hold_names_the_resource(resources, kind, change):
    wrong = copy.deepcopy(resources[kind])
    wrong["Properties"] |= change

    with pytest.raises(RehearsalError, match="does not say of Wrong: "):
        check_claims(resources | {"Wrong": wrong}, STUBS)


@pytest.mark.parametrize("kind", sorted({each.kind for each in STUBS}))
def test_a_claim_about_nothing_does_not_hold(resources, kind):
    del resources[kind]

    with pytest.raises(RehearsalError, match=f"the template has no {kind}"):
        check_claims(resources, STUBS)


def test_alarms_of_one_metric_are_made_and_not_only_claimed(resources):
    resources["Simple"] = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}

    checked = check_claims(resources, STUBS)

    (alarms,) = (each for each in checked if each.stub.kind == "CloudWatch::Alarm")
    assert alarms.count == 1

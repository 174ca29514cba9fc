"""Logs: how long they are kept, and which key encrypts them."""

APPLICATION = "query-service-application"
KEY = "arn:aws:kms:ap-southeast-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


def find(synthesized, kind):
    (application,) = (
        template for name, template in synthesized.stacks.items() if name.endswith(APPLICATION)
    )
    return {
        name: each
        for name, each in application["Resources"].items()
        if each["Type"] == f"AWS::{kind}"
    }


def find_groups(synthesized):
    return {name: each["Properties"] for name, each in find(synthesized, "Logs::LogGroup").items()}


def list_access_logs(synthesized):
    """The buckets of access logs: of the load balancer, and of the on-failure bucket."""
    buckets = [each["Properties"] for each in find(synthesized, "S3::Bucket").values()]
    return [each for each in buckets if "LoggingConfiguration" not in each]


def test_logs_are_kept_for_90_days_by_default_and_flow_logs_for_30(plain):
    days = {name: each["RetentionInDays"] for name, each in find_groups(plain).items()}

    assert {each for name, each in days.items() if "FlowLog" not in name} == {90}
    assert {each for name, each in days.items() if "FlowLog" in name} == {30}


def test_aws_encrypts_logs_by_default(plain):
    groups = find_groups(plain)

    assert groups
    assert [each for each in groups.values() if "KmsKeyId" in each] == []


def test_every_log_group_has_the_retention_and_the_key_of_the_configuration(named):
    groups = find_groups(named)

    found = {(each["RetentionInDays"], each["KmsKeyId"]) for each in groups.values()}
    assert found == {(365, KEY)}
    assert [name for name in groups if "FlowLog" in name]


def test_access_logs_in_buckets_have_the_retention_too(named):
    rules = [each["LifecycleConfiguration"]["Rules"] for each in list_access_logs(named)]

    assert [[rule["ExpirationInDays"] for rule in each] for each in rules] == [[365], [365]]


def test_access_logs_in_buckets_have_the_only_encryption_that_they_support(named):
    found = [
        rule["ServerSideEncryptionByDefault"]
        for each in list_access_logs(named)
        for rule in each["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    ]

    assert found == [{"SSEAlgorithm": "AES256"}] * 2


def test_the_execution_log_of_the_api_exists_before_its_stage(plain):
    ((api_id, _),) = find(plain, "ApiGateway::RestApi").items()
    (stage,) = find(plain, "ApiGateway::Stage").values()
    name = {"Fn::Join": ["", ["API-Gateway-Execution-Logs_", {"Ref": api_id}, "/v1"]]}

    (group_id,) = (
        group for group, each in find_groups(plain).items() if each.get("LogGroupName") == name
    )
    assert group_id in stage["DependsOn"]

"""The quarantine queue and the on-failure bucket."""

import pytest

DAY_S = 24 * 3600
# `TOMBSTONE_LIFETIME_S` of `stream_processor.stream.projection`, which this package may not import.
TOMBSTONE_LIFETIME_S = 8 * DAY_S


@pytest.fixture
def quarantine_id(projection):
    return projection.find_id("SQS::Queue", QueueName="notification-quarantine")


@pytest.fixture
def quarantine(projection, quarantine_id):
    return projection.find("SQS::Queue")[quarantine_id]


@pytest.fixture
def bucket_id(projection):
    """The bucket that the event source mapping names."""
    mapping = projection.get("Lambda::EventSourceMapping")
    destination = mapping["DestinationConfig"]["OnFailure"]["Destination"]
    return destination.removeprefix("${").removesuffix(".Arn}")


def test_a_tombstone_outlives_every_record_that_can_be_redriven(projection, quarantine, bucket_id):
    waits_s = projection.get("Lambda::EventSourceMapping")["MaximumRecordAgeInSeconds"]
    (rule,) = projection.find("S3::Bucket")[bucket_id]["LifecycleConfiguration"]["Rules"]
    # S3 counts whole days, and deletes within the next one.
    kept_s = max(quarantine["MessageRetentionPeriod"], (rule["ExpirationInDays"] + 1) * DAY_S)

    assert waits_s + kept_s < TOMBSTONE_LIFETIME_S


def test_the_quarantine_keeps_records_for_a_week(quarantine):
    assert quarantine["MessageRetentionPeriod"] == 7 * DAY_S


def test_the_quarantine_is_encrypted(quarantine):
    assert quarantine["SqsManagedSseEnabled"] is True


def test_the_quarantine_requires_tls(projection, quarantine_id):
    (statement,) = projection.get("SQS::QueuePolicy")["PolicyDocument"]["Statement"]

    assert projection.get("SQS::QueuePolicy")["Queues"] == [f"${{{quarantine_id}}}"]
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == {"AWS": "*"}
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_every_bucket_is_private_and_encrypted(projection):
    buckets = projection.find("S3::Bucket")

    assert buckets
    for bucket in buckets.values():
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        (encryption,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}


def test_every_bucket_requires_tls(projection):
    refusing = {
        policy["Bucket"]
        for policy in projection.find("S3::BucketPolicy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Deny"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    }

    assert refusing
    assert refusing == {f"${{{name}}}" for name in projection.find("S3::Bucket")}


def test_access_to_the_on_failure_bucket_is_logged(projection, bucket_id):
    logging = projection.find("S3::Bucket")[bucket_id]["LoggingConfiguration"]

    assert logging["DestinationBucketName"].strip("${}") in projection.find("S3::Bucket")


def test_the_bucket_of_those_logs_is_kept_whenever_it_is_no_longer_needed(projection, bucket_id):
    logging = projection.find("S3::Bucket")[bucket_id]["LoggingConfiguration"]
    log_bucket = projection.resources[logging["DestinationBucketName"].strip("${}")]

    assert log_bucket["DeletionPolicy"] == log_bucket["UpdateReplacePolicy"] == "Retain"


def test_the_failure_stores_outlive_their_stack(projection, quarantine_id, bucket_id):
    for name in (quarantine_id, bucket_id):
        assert projection.resources[name]["DeletionPolicy"].startswith("Retain")


def list_used(deployed, function, key):
    """What a function may do with the key."""
    role = deployed.find_named("Lambda::Function", FunctionName=function)["Role"]
    return {action for action, resource in deployed.list_allowed(role) if resource == key}


def test_a_key_of_the_account_encrypts_both_stores(projection_with_key, key):
    queue = projection_with_key.get("SQS::Queue")
    (bucket,) = (
        each
        for each in projection_with_key.find("S3::Bucket").values()
        if "LoggingConfiguration" in each
    )
    (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]

    assert queue["KmsMasterKeyId"] == key
    assert rule["ServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": key,
    }
    assert rule["BucketKeyEnabled"] is True


@pytest.mark.parametrize(
    ("function", "actions"),
    [
        ("notification-stream-processor", {"kms:GenerateDataKey", "kms:Decrypt"}),
        ("notification-redrive", {"kms:Decrypt"}),
        ("notification-verify", set()),
        ("notification-rebuild-segment", set()),
    ],
)
def test_only_who_writes_or_reads_the_stores_may_use_their_key(
    projection_with_key, key, function, actions
):
    assert list_used(projection_with_key, function, key) == actions

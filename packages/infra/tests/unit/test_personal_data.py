"""The figures of docs/personal-data.md are those of the templates."""

import re
from pathlib import Path

import pytest

from infra.config.model import Config

DATA = "query-service-data"
APPLICATION = "query-service-application"
PAGE = Path(__file__).parents[4] / "docs" / "personal-data.md"
DAY_S = 24 * 3600


@pytest.fixture(scope="module")
def kept():
    """The places of the page, and for how long each keeps data."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


@pytest.fixture
def find(plain):
    def find_all(kind, stack=APPLICATION):
        resources = plain.stacks[stack]["Resources"]
        return {
            name: each["Properties"]
            for name, each in resources.items()
            if each["Type"] == f"AWS::{kind}"
        }

    return find_all


@pytest.fixture
def find_expiry(find):
    """Find the days after which the objects of a bucket expire."""

    def find_days(bucket_id):
        bucket = find("S3::Bucket")[bucket_id]
        (rule,) = bucket["LifecycleConfiguration"]["Rules"]
        return rule["ExpirationInDays"]

    return find_days


@pytest.fixture
def on_failure_bucket(find):
    (mapping,) = find("Lambda::EventSourceMapping").values()
    return mapping["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"][0]


def test_the_quarantine(find, kept):
    (queue,) = find("SQS::Queue").values()

    assert kept["quarantine queue"] == f"{queue['MessageRetentionPeriod'] // DAY_S} days"


def test_the_on_failure_bucket(find_expiry, on_failure_bucket, kept):
    days = find_expiry(on_failure_bucket)

    assert kept["on-failure bucket"].startswith(f"{days} days; S3")


def test_the_access_log_of_the_on_failure_bucket(find, find_expiry, on_failure_bucket, kept):
    logging = find("S3::Bucket")[on_failure_bucket]["LoggingConfiguration"]
    days = find_expiry(logging["DestinationBucketName"]["Ref"])

    assert kept["access log of the on-failure bucket"] == f"{days} days"


def test_the_access_log_of_the_load_balancer(find, find_expiry, kept):
    (load_balancer,) = find("ElasticLoadBalancingV2::LoadBalancer").values()
    attributes = {each["Key"]: each["Value"] for each in load_balancer["LoadBalancerAttributes"]}
    days = find_expiry(attributes["access_logs.s3.bucket"]["Ref"])

    assert kept["load balancer's access log"] == f"{days} days"


def test_the_time_in_the_stream_before_a_failure_is_stored(find):
    (mapping,) = find("Lambda::EventSourceMapping").values()

    hours = mapping["MaximumRecordAgeInSeconds"] // 3600
    assert f"waits in the stream for up to {hours} hours" in PAGE.read_text("utf-8")


def test_backups_have_dynamodbs_default_period(find, kept):
    tables = find("DynamoDB::Table", stack=DATA).values()

    assert tables
    for table in tables:
        # Without `RecoveryPeriodInDays`, the period is 35 days.
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert kept["point-in-time backups of both tables"] == "35 days"


def test_every_log_group(find, kept):
    groups = find("Logs::LogGroup")
    flow_log = {name: each for name, each in groups.items() if "FlowLog" in name}
    others = {name: each for name, each in groups.items() if name not in flow_log}

    assert others
    assert flow_log
    assert {f"{each['RetentionInDays']} days" for each in others.values()} == {
        kept["logs of functions and service"]
    }
    assert kept["gateway's access log"] == kept["logs of functions and service"]
    assert kept["gateway's error log"] == kept["logs of functions and service"]
    assert {f"{each['RetentionInDays']} days" for each in flow_log.values()} == {
        kept["flow log of a VPC that the app created"]
    }


def test_the_longest_time_in_the_gateways_cache(kept):
    (limit,) = (
        each.le for each in Config.model_fields["cache_ttl_seconds"].metadata if hasattr(each, "le")
    )

    assert kept["gateway's cache"].startswith(f"at most {limit} seconds")

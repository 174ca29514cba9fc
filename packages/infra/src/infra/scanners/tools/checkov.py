"""checkov: policies on security, run without a network."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from infra.exceptions import ScanError
from infra.scanners.findings import Acknowledgement, Finding, Locator
from infra.scanners.tools.paths import (
    FUNCTIONS,
    LOG_BUCKETS,
    LOG_GROUPS,
    ON_FAILURE_BUCKET,
    PLAIN_LISTENER,
    QUARANTINE,
    RESTRICTION,
    STAGE,
)

# It has an environment of its own, see `tools/checkov`. Without `--skip-download` it would fetch
# its vendor's descriptions of policies.
_OPTIONS: Final = ("--framework=cloudformation", "--skip-download", "--quiet", "--output=json")
_HAS_FINDINGS: Final = 1

ACKNOWLEDGED: Final = (
    Acknowledgement(
        "CKV_AWS_2",
        (PLAIN_LISTENER,),
        "Waived by name: ALLOW_HTTP=true.",
        lambda config: config.allow_http,
    ),
    Acknowledgement(
        "CKV_AWS_103",
        (PLAIN_LISTENER,),
        "As CKV_AWS_2: a listener of HTTP has no version of TLS.",
        lambda config: config.allow_http,
    ),
    Acknowledgement(
        "CKV_AWS_18",
        LOG_BUCKETS,
        "They hold access logs themselves; a bucket that logs into itself grows by its own log.",
    ),
    Acknowledgement(
        "CKV_AWS_21",
        (ON_FAILURE_BUCKET,),
        "It holds personal data. An object that a redrive deletes must be gone, and no object may "
        "outlive its 6 days as an old version.",
    ),
    Acknowledgement(
        "CKV_AWS_21",
        LOG_BUCKETS,
        "AWS writes each log object once; nobody but the lifecycle rule may replace or delete it.",
    ),
    Acknowledgement(
        "CKV_AWS_27",
        (QUARANTINE,),
        "It is encrypted by SQS (SSE-SQS), without a key of yours: KMS_KEY_ARN.",
        lambda config: config.kms_key_arn is None,
    ),
    Acknowledgement(
        "CKV_AWS_59",
        ("PrivateApi/Api/Default",),
        "Chosen for this deployment by IAM_AUTHORIZATION=false. The resource policy still denies "
        "all VPC endpoints but those of the callers.",
        lambda config: not config.iam_authorization,
    ),
    Acknowledgement(
        "CKV_AWS_73",
        (STAGE,),
        "With the cache, queries are GETs whose URLs have ids of users, and a trace would keep "
        "the URL.",
        lambda config: config.cache_ttl_seconds > 0,
    ),
    Acknowledgement(
        "CKV_AWS_115",
        FUNCTIONS,
        "A reservation is taken from the account's concurrency, which this app does not know, and "
        "fails the deployment if too little is left. PROCESSOR_RESERVED_CONCURRENCY and "
        "QUERY_RESERVED_CONCURRENCY set it; operators or a schedule start the other functions.",
    ),
    Acknowledgement(
        "CKV_AWS_116",
        FUNCTIONS,
        "For asynchronous invocations only. The processor has an on-failure destination at its "
        "event source and a quarantine; Step Functions retries segments; a failed check is "
        "repeated an hour later and has an alarm; other callers get the error.",
    ),
    *(
        Acknowledgement(
            rule,
            (RESTRICTION,),
            "CloudFormation invokes it, once at a time, and a failure stops the deployment.",
        )
        for rule in ("CKV_AWS_115", "CKV_AWS_116")
    ),
    Acknowledgement(
        "CKV_AWS_117",
        (*FUNCTIONS, RESTRICTION),
        "They call only AWS APIs, by TLS and IAM, and nothing in the VPC.",
    ),
    Acknowledgement(
        "CKV_AWS_119",
        ("CommandRecords", "NotificationRecords"),
        "The account's key `aws/dynamodb` encrypts them, and CloudTrail logs its use. A key of "
        "yours could be deleted, and the data with it.",
    ),
    Acknowledgement(
        "CKV_AWS_120",
        (STAGE,),
        "Off by default, so that responses are current and the gateway keeps no personal data; "
        "CACHE_TTL_SECONDS enables it.",
        lambda config: config.cache_ttl_seconds == 0,
    ),
    Acknowledgement(
        "CKV_AWS_158",
        LOG_GROUPS,
        "CloudWatch encrypts every log at rest; KMS_KEY_ARN does so with a key of yours.",
        lambda config: config.kms_key_arn is None,
    ),
    Acknowledgement(
        "CKV_AWS_173",
        FUNCTIONS,
        "Lambda encrypts them at rest; they are names and numbers, and none is a secret.",
    ),
)


def scan(locator: Locator, executable: Path) -> Iterator[Finding]:
    """Run checkov over all templates.

    Raises:
        ScanError: it failed, or could not read a template.
    """
    named = [f"--file={each}" for each in locator.templates]
    command = [str(executable), *_OPTIONS, *named]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # noqa: S603 - checkov
    if done.returncode not in {0, _HAS_FINDINGS}:
        raise ScanError("checkov", f"status {done.returncode}")
    report = json.loads(done.stdout)
    if report["summary"]["parsing_errors"]:
        raise ScanError("checkov", "it could not read a template")
    for each in report["results"]["failed_checks"]:
        yield locator.locate(
            Path(each["file_abs_path"]),
            each["resource"].rpartition(".")[2],
            each["check_id"],
            each["check_name"],
        )

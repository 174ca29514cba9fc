"""AWS Control Tower's proactive controls, by CloudFormation Guard.

AWS publishes both in the CDK plugin `cdk-validator-cfnguard`. Guard itself runs here, once for all
templates: within the CDK it would run for each synthesis, each deployment's included.
"""

import json
import platform
import re
import subprocess
import tarfile
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

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

_PACKAGE: Final = "cdklabs.cdk_validator_cfnguard._jsii"
_RULES: Final = "package/rules/control-tower/cfn-guard/"
_SYSTEMS: Final = {"Linux": "ubuntu", "Darwin": "macos"}
_MACHINES: Final = {"x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_OPTIONS: Final = ("--structured", "--output-format=json", "--show-summary=none")
# Guard's status if a template violates a rule.
_VIOLATED: Final = 19

_YEAR_DAYS: Final = 365

ACKNOWLEDGED: Final = (
    Acknowledgement(
        "CT.APIGATEWAY.PR.2",
        (STAGE,),
        "With the cache, queries are GETs whose URLs have ids of users, and a trace would keep "
        "the URL.",
        lambda config: config.cache_ttl_seconds > 0,
    ),
    Acknowledgement(
        "CT.CLOUDWATCH.PR.1",
        tuple(
            f"Observability/availability-{window}-{part}"
            for window in ("1h", "6h")
            for part in ("long", "short")
        ),
        "They are parts of a composite alarm, which notifies when both parts are in alarm.",
    ),
    Acknowledgement(
        "CT.CLOUDWATCH.PR.2",
        LOG_GROUPS,
        "90 days, or 30 for flows: long enough to look into an incident. LOG_RETENTION_DAYS sets "
        "more where logs are a record for audits.",
        lambda config: (config.log_retention_days or 0) < _YEAR_DAYS,
    ),
    Acknowledgement(
        "CT.CLOUDWATCH.PR.3",
        LOG_GROUPS,
        "CloudWatch encrypts every log at rest; KMS_KEY_ARN does so with a key of yours.",
        lambda config: config.kms_key_arn is None,
    ),
    Acknowledgement(
        "CT.ELASTICLOADBALANCING.PR.1",
        (PLAIN_LISTENER,),
        "Waived by name: ALLOW_HTTP=true.",
        lambda config: config.allow_http,
    ),
    Acknowledgement(
        "CT.KMS.PR.3",
        ("Observability/TopicKey",),
        "The only statement that allows it is AWS's default, for the administrators of the "
        "account; without it, a mistake in the policy locks everybody out of the key.",
    ),
    Acknowledgement(
        "CT.LAMBDA.PR.3",
        (*FUNCTIONS, RESTRICTION),
        "They call only AWS APIs, by TLS and IAM, and nothing in the VPC.",
    ),
    Acknowledgement(
        "CT.S3.PR.2",
        LOG_BUCKETS,
        "They hold access logs themselves; a bucket that logs into itself grows by its own log.",
    ),
    Acknowledgement(
        "CT.S3.PR.4",
        (ON_FAILURE_BUCKET, *LOG_BUCKETS),
        "Nothing has to follow an object: a metric of Lambda counts what arrives in the on-failure "
        "bucket, and an alarm watches it.",
    ),
    Acknowledgement(
        "CT.S3.PR.9",
        (ON_FAILURE_BUCKET,),
        "It holds personal data, which a redrive and the lifecycle rule must be able to delete.",
    ),
    Acknowledgement(
        "CT.S3.PR.9",
        LOG_BUCKETS,
        "AWS writes each log object once, and the lifecycle rule must be able to delete it.",
    ),
    Acknowledgement(
        "CT.S3.PR.10",
        (ON_FAILURE_BUCKET,),
        "S3 encrypts every object (SSE-S3); KMS_KEY_ARN does so with a key of yours.",
        lambda config: config.kms_key_arn is None,
    ),
    Acknowledgement(
        "CT.S3.PR.10",
        LOG_BUCKETS,
        "S3 and the load balancer deliver access logs only into buckets with SSE-S3. "
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/"
        "enable-access-logging.html",
    ),
    Acknowledgement(
        "CT.S3.PR.11",
        (ON_FAILURE_BUCKET,),
        "It holds personal data. An object that a redrive deletes must be gone, and no object may "
        "outlive its 6 days as an old version.",
    ),
    Acknowledgement(
        "CT.S3.PR.11",
        LOG_BUCKETS,
        "AWS writes each log object once; nobody but the lifecycle rule may replace or delete it.",
    ),
    Acknowledgement(
        "CT.SQS.PR.1",
        (QUARANTINE,),
        "It is itself the dead-letter queue. Only a redrive reads it, and leaves in it what it "
        "cannot repair.",
    ),
)


def scan(locator: Locator) -> Iterator[Finding]:
    """Run Guard over all templates.

    Raises:
        ScanError: it failed.
    """
    with TemporaryDirectory() as directory:
        guard = _extract(Path(directory))
        rules = [f"--rules={each}" for each in _select_rules(Path(directory, _RULES), locator)]
        data = [f"--data={each}" for each in locator.templates]
        done = subprocess.run(  # noqa: S603 - Guard
            [str(guard), "validate", *rules, *data, *_OPTIONS], stdout=subprocess.PIPE, check=False
        )
    if done.returncode not in {0, _VIOLATED}:
        raise ScanError("cfn-guard", f"status {done.returncode}")
    for template in json.loads(done.stdout):
        for violation in template["not_compliant"]:
            yield from _read(violation["Rule"], Path(template["name"]), locator)


def _select_rules(folder: Path, locator: Locator) -> list[Path]:
    """Select the rules that name a type of resource in a template; Guard would skip all others.

    A sixth of them remains, and a third of the time.
    """
    return [
        path
        for path in sorted(folder.rglob("*.guard"))
        if any(f'"{each}"' in path.read_text(encoding="utf-8") for each in locator.resource_types)
    ]


def _extract(directory: Path) -> Path:
    """Extract Guard and its rules from the plugin; return Guard."""
    system, machine = platform.system(), platform.machine()
    guard = f"package/bin/{_SYSTEMS[system]}/{_MACHINES[machine]}/cfn-guard"
    (archive,) = (each for each in files(_PACKAGE).iterdir() if each.name.endswith(".tgz"))
    with as_file(archive) as path, tarfile.open(path) as tar:
        wanted = [each for each in tar if each.name == guard or each.name.startswith(_RULES)]
        tar.extractall(directory, wanted, filter="data")
    return directory / guard


def _read(rule: dict[str, Any], template: Path, locator: Locator) -> Iterator[Finding]:
    """Read a violated rule: a finding for each resource that its checks looked at."""
    text = json.dumps(rule)
    messages = re.findall(r"\[(CT\.[A-Z0-9.]+)\]: ([^\\]+)", text)
    name, message = messages[0] if messages else (rule["name"], "")
    for place in sorted(set(re.findall(r'"/Resources/(\w+)', text))) or ["template"]:
        yield locator.locate(template, place, name, message)

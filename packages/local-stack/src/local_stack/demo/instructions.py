"""The commands that `up` prints, to paste into another terminal."""

import json

from local_stack.demo.sample_data import NEW_YEAR_CAMPAIGN
from local_stack.emulator.aws_access import CREDENTIALS, REGION
from local_stack.emulator.resources import ON_FAILURE_BUCKET
from notification_models import CommandRecord, Platform, Status, encode_command_record
from notification_models.schema import COMMAND_RECORDS

_RECORD_TO_PASTE = CommandRecord(
    transaction_id="tx_100",
    created_at=1_704_153_600_000,
    user_id="test_user_001",
    notification_title="您好 👋 hello",
    status=Status.FAILED,
    platform=Platform.ANDROID,
    marketing_id=NEW_YEAR_CAMPAIGN,
    ap_id="mobile-app-002",
    error_msg="Token expired",
)
# Programs read one or both of these names; a user's own exceptions stay.
_EXTEND_NO_PROXY = (
    'export NO_PROXY="127.0.0.1${no_proxy:+,$no_proxy}${NO_PROXY:+,$NO_PROXY}"; '
    'export no_proxy="$NO_PROXY"'
)


_FIND_INCIDENT = """
An application fails. Find out which one and why, then see its failures:

uv run notifications summary failures --by ap_id,error_msg --since 2h
uv run notifications failures --since 2h
"""


def render_instructions(
    api_url: str, emulator_url: str, quarantine_queue_url: str, *, has_incident: bool = False
) -> str:
    """Render commands that write a command record, query it and run the operator tools.

    Args:
        has_incident: whether there is a sample incident to find.
    """
    record = _RECORD_TO_PASTE
    item = json.dumps(encode_command_record(record), ensure_ascii=False)
    variables = {
        "NOTIFICATIONS_URL": api_url,
        "AWS_ENDPOINT_URL": emulator_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        **CREDENTIALS,
        "QUARANTINE_QUEUE_URL": quarantine_queue_url,
        "FAILURES_BUCKET": ON_FAILURE_BUCKET,
    }
    exports = " ".join(f"{name}={value}" for name, value in variables.items())
    return f"""
Console     {api_url}/console        (open it in a browser)
Query API   {api_url}        (forms for every query: {api_url}/docs)
DynamoDB    {emulator_url}        (also SQS and S3)

In another terminal, write a command record with the AWS CLI
(without the AWS CLI, write `uvx --from awscli aws` for `aws`):

unset AWS_PROFILE AWS_SESSION_TOKEN; export {exports}
{_EXTEND_NO_PROXY}
aws dynamodb put-item --table-name {COMMAND_RECORDS.name} --item '{item}'

Query it:

{_render_curl(api_url, "/query/user", user_id=record.user_id)}
{_render_curl(api_url, "/query/marketing", marketing_id=NEW_YEAR_CAMPAIGN)}
{_render_curl(api_url, "/query/fail", transaction_id=record.transaction_id)}
{_FIND_INCIDENT if has_incident else ""}
The operator tools `redrive`, `rebuild` and `verify` work too:

uv run stream-processor verify --lag 2

Ctrl-C stops everything.
"""


def _render_curl(api_url: str, path: str, **body: str) -> str:
    return (
        f"curl -sS --noproxy '*' {api_url}{path} "
        f"-H 'Content-Type: application/json' -d '{json.dumps(body)}'"
    )

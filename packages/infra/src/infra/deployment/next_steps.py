"""Renders what to try after a deployment."""

import json
from collections.abc import Mapping
from typing import Final

from infra.constructs.private_api.routes import CONSOLE, PAGES, SUMMARIES, QueryRoute
from infra.deployment.api_region import find_region
from infra.names import CALLER_POLICY, CONSOLE_URL

# Those of the sample data.
_EXAMPLE_IDS: Final = {
    "user_id": "test_user_001",
    "marketing_id": "campaign_2024_new_year",
    "transaction_id": "tx_002",
}
_EXAMPLE_COUNT: Final = {"by": ["status", "ap_id"]}
_EXPORT_CREDENTIALS: Final = 'eval "$(aws configure export-credentials --format env)"'
# Credentials without a session have no token; curl would sign an empty header and not send it.
_SIGNED_CURL: Final = (
    'signed_curl() { curl -sS --aws-sigv4 "aws:amz:%s:execute-api" '
    '--user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" '
    '${AWS_SESSION_TOKEN:+-H "x-amz-security-token: $AWS_SESSION_TOKEN"} "$@"; }'
)


def render_next_steps(outputs: Mapping[str, str]) -> str:
    """Render the outputs of the application's stack, and requests to paste."""
    url = outputs["ApiUrl"]
    is_signed = CALLER_POLICY in outputs
    send = "signed_curl" if is_signed else "curl -sS"
    return "\n".join(
        [
            "Outputs:",
            *(f"  {name:<28}{value}" for name, value in sorted(outputs.items())),
            "",
            *_render_host(outputs),
            f"{send} {url}/health",
            *(_encode_curl(send, url, each, _get_id(each)) for each in PAGES),
            *(_encode_curl(send, url, each, _get_id(each) | _EXAMPLE_COUNT) for each in SUMMARIES),
            *(_encode_curl(send, url, each, {}) for each in PAGES if not each.has_required_id),
            f"uvx nox -s smoke -- {url}{' --sign' if is_signed else ''}",
            "",
            f"The console, for a browser that reaches the VPC: {_locate_console(outputs)}",
        ]
    )


def _render_host(outputs: Mapping[str, str]) -> list[str]:
    """Say which host can send the requests and, with IAM authorization, how they are signed."""
    host = f"on a host in the VPC with the security group {outputs['CallerSecurityGroupId']}"
    if CALLER_POLICY not in outputs:
        return [f"To try it, {host}:"]
    return [
        f"To try it, {host} and a role with the policy {outputs[CALLER_POLICY]}:",
        _EXPORT_CREDENTIALS,
        _SIGNED_CURL % find_region(outputs["ApiUrl"]),
    ]


def _locate_console(outputs: Mapping[str, str]) -> str:
    """Return its address: with sign-in where that is configured."""
    if CONSOLE_URL in outputs:
        return outputs[CONSOLE_URL]
    if CALLER_POLICY in outputs:
        return "none, since a browser cannot sign requests; set the CONSOLE_… variables"
    return f"{outputs['ApiUrl']}/{CONSOLE}"


def _get_id(route: QueryRoute) -> dict[str, object]:
    return {route.id_field: _EXAMPLE_IDS[route.id_field]}


def _encode_curl(send: str, url: str, route: QueryRoute, body: Mapping[str, object]) -> str:
    return f"{send} {url}/{route.path} -H 'content-type: application/json' -d '{json.dumps(body)}'"

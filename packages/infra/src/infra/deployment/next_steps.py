"""Prints what to try after a deployment: `python -m infra.deployment.next_steps outputs.json`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.constructs.private_api.routes import CONSOLE, PAGES, SUMMARIES, QueryRoute
from infra.names import APPLICATION_STACK, CONSOLE_URL

# Those of the sample data.
_EXAMPLE_IDS: Final = {
    "user_id": "test_user_001",
    "marketing_id": "campaign_2024_new_year",
    "transaction_id": "tx_002",
}
_EXAMPLE_COUNT: Final = {"by": ["status", "ap_id"]}


def render_next_steps(outputs: Mapping[str, Mapping[str, str]]) -> str:
    """Render the stack's outputs and requests to paste.

    Args:
        outputs: of each stack, by its name, as `cdk deploy --outputs-file` writes them.
    """
    application = outputs[APPLICATION_STACK]
    url = application["ApiUrl"]
    callers = application["CallerSecurityGroupId"]
    return "\n".join(
        [
            "Outputs:",
            *(f"  {name:<28}{value}" for name, value in sorted(application.items())),
            "",
            f"To try it, on a host in the VPC with the security group {callers}:",
            f"curl -sS {url}/health",
            *(_encode_curl(url, each, _get_id(each)) for each in PAGES),
            *(_encode_curl(url, each, _get_id(each) | _EXAMPLE_COUNT) for each in SUMMARIES),
            *(_encode_curl(url, each, {}) for each in PAGES if not each.has_required_id),
            f"uvx nox -s smoke -- {url}",
            "",
            f"The console, for a browser that reaches the VPC: {_locate_console(application)}",
        ]
    )


def _locate_console(outputs: Mapping[str, str]) -> str:
    """Return its address: with sign-in where that is configured."""
    return outputs.get(CONSOLE_URL, f"{outputs['ApiUrl']}/{CONSOLE}")


def _get_id(route: QueryRoute) -> dict[str, object]:
    return {route.id_field: _EXAMPLE_IDS[route.id_field]}


def _encode_curl(url: str, route: QueryRoute, body: Mapping[str, object]) -> str:
    return (
        f"curl -sS {url}/{route.path} -H 'content-type: application/json' -d '{json.dumps(body)}'"
    )


if __name__ == "__main__":
    written = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(f"{render_next_steps(written)}\n")

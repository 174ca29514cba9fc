"""Prints what to try after a deployment: `python -m infra.deployment.next_steps outputs.json`."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.names import APPLICATION_STACK

_EXAMPLES: Final = (
    ("query/user", "user_id", "test_user_001"),
    ("query/marketing", "marketing_id", "campaign_2024_new_year"),
    ("query/fail", "transaction_id", "tx_002"),
)


def render_verification(outputs: Mapping[str, Mapping[str, str]]) -> str:
    """Render the requests to paste.

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
            f"To try it, from a host in the VPC with the security group {callers}:",
            f"curl -sS {url}/health",
            *(_encode_curl(f"{url}/{path}", {field: text}) for path, field, text in _EXAMPLES),
            f"uvx nox -s smoke -- {url}",
        ]
    )


def _encode_curl(url: str, body: Mapping[str, str]) -> str:
    return f"curl -sS {url} -H 'content-type: application/json' -d '{json.dumps(body)}'"


if __name__ == "__main__":
    written = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(f"{render_verification(written)}\n")

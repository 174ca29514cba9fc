"""The environment that points AWS's SDK at the canned DynamoDB."""

import os
from typing import Final

REGION: Final = "ap-southeast-1"


def make_aws_environment(url: str) -> dict[str, str]:
    """Return variables for a server's URL, which also hide the user's own configuration."""
    return {
        "AWS_ACCESS_KEY_ID": "canned",
        "AWS_SECRET_ACCESS_KEY": "canned",  # the canned server checks no signature
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": url,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }

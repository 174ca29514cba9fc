"""The environment in which AWS's SDK finds the canned server."""

import os


def make_aws_environment(url: str) -> dict[str, str]:
    """Name the variables that lead to the server, and to nothing of the user's own."""
    return {
        "AWS_ACCESS_KEY_ID": "canned",
        "AWS_SECRET_ACCESS_KEY": "canned",  # the canned server checks no signature
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": "ap-southeast-1",
        "AWS_ENDPOINT_URL": url,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }

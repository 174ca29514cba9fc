"""What Lambda gives a function: an environment and a context."""

import os


def set_environment(url: str) -> None:
    """Have boto3 find the canned server, and nothing of the user's own."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="canned",
        AWS_SECRET_ACCESS_KEY="canned",  # noqa: S106 - the canned server checks no signature
        AWS_CONFIG_FILE=os.devnull,
        AWS_DEFAULT_REGION="ap-southeast-1",
        AWS_ENDPOINT_URL=url,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        NO_PROXY="127.0.0.1",
        no_proxy="127.0.0.1",
    )


class LambdaContext:
    """As much of Lambda's context as a handler asks for."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Tell how long the invocation may still take."""
        return 60_000

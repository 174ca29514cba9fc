"""The query Lambda in the emulator, which runs it in its own process."""

import io
import zipfile
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from local_stack.exceptions import LocalStackError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

QUERY_FUNCTION: Final = "notification-query"

# The emulator runs functions with its own interpreter, which is ours and has the package.
_CODE: Final = "from query_api.lambda_handlers import query as handler\n"
_ROLE_ARN: Final = "arn:aws:iam::000000000000:role/query-function"
_TIMEOUT_S: Final = 10


def deploy_query_function(client: "LambdaClient", *, table_name: str, deadline_ms: int) -> None:
    """Deploy the function, replacing that of an earlier run.

    Args:
        deadline_ms: milliseconds within which it responds.

    Raises:
        LocalStackError: the emulator refused it.
    """
    try:
        _delete_function(client)
        client.create_function(
            FunctionName=QUERY_FUNCTION,
            # The emulator accepts it for any Python.
            Runtime="python3.13",
            Role=_ROLE_ARN,
            Handler="index.handler",
            Code={"ZipFile": _zip_code()},
            Timeout=_TIMEOUT_S,
            Environment={
                "Variables": {
                    "QUERY_TABLE_NAME": table_name,
                    "QUERY_DEADLINE_MS": str(deadline_ms),
                }
            },
        )
    except (BotoCoreError, ClientError) as error:
        raise LocalStackError(f"the emulator refused the query function: {error}") from error


def _delete_function(client: "LambdaClient") -> None:
    try:
        client.delete_function(FunctionName=QUERY_FUNCTION)
    except client.exceptions.ResourceNotFoundException:
        return


def _zip_code() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", _CODE)
    return content.getvalue()

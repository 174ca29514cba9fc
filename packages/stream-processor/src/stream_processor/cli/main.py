"""The command `stream-processor`, as far as it goes without what the extra `cli` installs."""

import sys

_EXTRA = ("click", "rich")
_COULD_NOT_RUN = 2


def main() -> None:
    """Run the operators' command line."""
    try:
        # Only here: the Lambda functions are installed without what it needs.
        from stream_processor.cli.commands import stream_processor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in _EXTRA:
            raise
        sys.stderr.write(
            f"Error: the command line needs {error.name}: pip install 'stream-processor[cli]'\n"
        )
        sys.exit(_COULD_NOT_RUN)
    stream_processor()

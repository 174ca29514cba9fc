"""Entry point of the command `stream-processor`; works without the extra `cli`."""

import sys

_EXTRA = ("click", "rich")
_COULD_NOT_RUN = 2


def main() -> None:
    """Run the command line, or name the missing extra."""
    try:
        # Imported here, since the extra may be missing.
        from stream_processor.cli.commands import stream_processor  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        sys.stderr.write(
            f"Error: the command line needs {missing}: pip install 'stream-processor[cli]'\n"
        )
        sys.exit(_COULD_NOT_RUN)
    stream_processor()

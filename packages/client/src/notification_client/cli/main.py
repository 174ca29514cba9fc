"""Entry point of the command `notifications`; works without the extra `cli`."""

import sys

_EXTRA = ("click", "rich")
_COULD_NOT_RUN = 2
_INTERRUPTED = 130


def main() -> None:
    """Run the command line, or name the missing extra."""
    try:
        # Imported here, since the extra may be missing.
        from stamina.instrumentation import set_on_retry_hooks  # noqa: PLC0415

        from notification_client.cli.commands import notifications  # noqa: PLC0415
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in _EXTRA:
            raise
        sys.stderr.write(
            f"Error: the command line needs {missing}: pip install 'notification-client[cli]'\n"
        )
        sys.exit(_COULD_NOT_RUN)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    # stamina would log each retry to standard error.
    set_on_retry_hooks([])
    notifications()

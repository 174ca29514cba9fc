"""`python -m query_api`: serve until SIGTERM or Ctrl-C."""

import gc
import signal
import sys
from types import FrameType

from query_api.asgi import create_app
from query_api.exceptions import InvalidSettingsError
from query_api.observability.json_log import JsonLog, take_over_logging
from query_api.read_model.backend_client import check_credentials, find_session
from query_api.server import create_server
from query_api.settings import load_settings

_EXIT_BAD_SETTINGS = 2
_NEW_OBJECTS = 10_000


def main() -> int:
    """Run the service.

    Returns:
        The exit status: 2 if a setting is invalid or credentials are missing, 0 after a signal to
        stop.
    """
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _end)
    log = JsonLog(sys.stdout.buffer)
    take_over_logging(log)
    try:
        settings = load_settings()
        session = find_session()
        check_credentials(session)
        app = create_app(settings, session, log=log)
    except InvalidSettingsError as error:
        sys.stderr.write(f"query-api cannot start: {error}\n")
        return _EXIT_BAD_SETTINGS
    server = create_server(app, settings)
    _collect_rarely()
    server.run()
    return 0


def _collect_rarely() -> None:
    """Exempt the objects of the start from garbage collection, and collect after 10,000 new ones.

    By default Python collects after 700, and looks at all objects of the service now and then.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Exit with status 0: the server raises its signal again after a graceful stop."""
    sys.exit(0)


if __name__ == "__main__":
    sys.exit(main())

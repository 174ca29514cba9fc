"""`python -m query_api`: serve until SIGTERM or Ctrl-C."""

import logging
import sys

from query_api.asgi import create_app
from query_api.exceptions import InvalidSettingsError
from query_api.server import create_server
from query_api.settings import load_settings

_EXIT_BAD_SETTINGS = 2


def main() -> int:
    """Run the service.

    Returns:
        The exit status: 2 if a setting is not valid.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)  # its start, address and end
    try:
        settings = load_settings()
        app = create_app(settings)
    except InvalidSettingsError as error:
        sys.stderr.write(f"query-api cannot start: {error}\n")
        return _EXIT_BAD_SETTINGS
    create_server(app, settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

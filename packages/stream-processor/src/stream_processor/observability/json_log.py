"""JSON log lines.

Own code, since importing a logging library lengthens Lambda's cold start.
"""

import json
import logging
import time
from traceback import extract_tb
from typing import Any, Final

_STANDARD_FIELDS: Final = frozenset({*logging.makeLogRecord({}).__dict__, "asctime", "message"})


def log_as_json() -> None:
    """Format every log line of this process as a JSON object."""
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    for handler in root.handlers:
        handler.setFormatter(_JsonFormatter())


class _JsonFormatter(logging.Formatter):
    """Leaves out the texts of exceptions, which may hold personal data."""

    # RFC 3339.
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d+00:00"

    def format(self, record: logging.LogRecord) -> str:
        """Format a record: its `extra` fields become fields of the line."""
        line = {
            "timestamp": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            # asyncio's next lines show tasks' contents.
            "message": record.getMessage().partition("\n")[0],
            **_describe_error(record.exc_info[1] if record.exc_info else None),
            **{k: v for k, v in record.__dict__.items() if k not in _STANDARD_FIELDS},
        }
        return json.dumps(line, default=str)


def _describe_error(error: BaseException | None) -> dict[str, Any]:
    if error is None:
        return {}
    places = extract_tb(error.__traceback__)
    where = f"{places[-1].filename}:{places[-1].lineno}" if places else None
    return {"error_type": type(error).__name__, "where": where}

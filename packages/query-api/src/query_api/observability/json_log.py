"""JSON lines: the service's own, and those that libraries send to Python's logging."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any, BinaryIO, Final

import msgspec

# Their messages are known to hold no values of a request. Other libraries' messages are logged
# without their arguments: botocore, for one, puts whole requests into them.
_TRUSTED_LOGGERS: Final = ("query_api", "uvicorn")

_encoder: Final = msgspec.json.Encoder()


class JsonLog:
    """Writes lines to a buffered output, and flushes each so that none is lost with the process.

    Threads may share it: each line is one write, which the output's own lock keeps whole.
    """

    def __init__(self, output: BinaryIO) -> None:
        self._output = output

    def write(self, level: str, event: str, fields: Mapping[str, Any]) -> None:
        """Write one line."""
        line = {"timestamp": datetime.now(UTC), "level": level, "event": event, **fields}
        self._output.write(_encoder.encode(line) + b"\n")
        self._output.flush()


def take_over_logging(log: JsonLog) -> None:
    """Write the records of Python's logging as JSON lines too."""
    root = logging.getLogger()
    root.handlers = [_JsonHandler(log)]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)  # its start, address and end


class _JsonHandler(logging.Handler):
    """Leaves out the texts of exceptions, which may hold personal data."""

    def __init__(self, log: JsonLog) -> None:
        super().__init__()
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        fields = {
            "logger": record.name,
            **_get_fields(record),
            **_describe_error(record.exc_info[1] if record.exc_info else None),
        }
        self._log.write(record.levelname.lower(), _get_message(record), fields)


def _get_message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _TRUSTED_LOGGERS:
        return record.getMessage().strip()
    return str(record.msg).partition("\n")[0]  # asyncio's next lines show tasks' contents


def _get_fields(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return the fields of an own message: the one mapping that logging takes as arguments."""
    own = record.name.startswith("query_api") and isinstance(record.args, Mapping)
    return record.args if own and isinstance(record.args, Mapping) else {}


def _describe_error(error: BaseException | None) -> dict[str, Any]:
    if error is None:
        return {}
    places = extract_tb(error.__traceback__)
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else None
    return {"error": type(error).__name__, "where": where}

"""JSON lines: this service's own, and those that libraries give to Python's logging.

Every line is written at once, so that none is lost with the process.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import msgspec
import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger

# Their messages are known to hold no values of a request. Of all others' only the template is
# logged: botocore, for one, puts whole requests into messages.
_TRUSTED_LOGGERS: Final = ("query_api", "uvicorn")

_encoder: Final = msgspec.json.Encoder()


def create_logger(output: BinaryIO) -> "FilteringBoundLogger":
    """Make the logger; it goes straight to the output, not through Python's logging."""
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(output),
        processors=[_encode],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    ).bind()
    return logger


def _encode(_logger: object, level: str, event: "EventDict") -> bytes:
    """Do in one step what structlog has processors for: it is done for every request."""
    return _encoder.encode({"timestamp": datetime.now(UTC), "level": level, **event})


def take_over_logging(logger: "FilteringBoundLogger") -> None:
    """Write what comes through Python's logging as JSON lines too."""
    root = logging.getLogger()
    root.handlers = [_JsonHandler(logger)]
    root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)  # its start, address and end


class _JsonHandler(logging.Handler):
    """Leaves out texts of exceptions: they may hold personal data."""

    def __init__(self, logger: "FilteringBoundLogger") -> None:
        super().__init__()
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        self._logger.log(
            record.levelno,
            _get_message(record),
            logger=record.name,
            **_get_fields(record),
            **_describe_error(record.exc_info[1] if record.exc_info else None),
        )


def _get_message(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in _TRUSTED_LOGGERS:
        return record.getMessage().strip()
    return str(record.msg).partition("\n")[0]  # asyncio's goes on with its tasks' contents


def _get_fields(record: logging.LogRecord) -> Mapping[str, Any]:
    """Make fields of the one mapping that a message may have for its arguments."""
    own = record.name.startswith("query_api") and isinstance(record.args, Mapping)
    return record.args if own and isinstance(record.args, Mapping) else {}


def _describe_error(error: BaseException | None) -> dict[str, Any]:
    if error is None:
        return {}
    places = extract_tb(error.__traceback__)
    where = f"{Path(places[-1].filename).name}:{places[-1].lineno}" if places else None
    return {"error": type(error).__name__, "where": where}

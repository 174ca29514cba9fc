"""Settings of the stream processor, read from the environment by `bootstrap` alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from notification_models.schema import NOTIFICATION_RECORDS
from stream_processor.exceptions import InvalidSettingError

_DEFAULT_WRITE_CONCURRENCY: Final = 16
_MAX_WRITE_CONCURRENCY: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one deployment of the processor needs to know.

    A dataclass and no settings library: importing one would cost a Lambda's cold start more than
    reading three variables is worth.

    Attributes:
        quarantine_queue_url: URL of the SQS queue that takes poison records. No default.
        read_table_name: the read model's table.
        write_concurrency: rows written at once, 1 to 256.
    """

    quarantine_queue_url: str
    read_table_name: str = NOTIFICATION_RECORDS.name
    write_concurrency: int = _DEFAULT_WRITE_CONCURRENCY

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read `QUARANTINE_QUEUE_URL`, `READ_TABLE_NAME` and `WRITE_CONCURRENCY`.

        Raises:
            InvalidSettingError: one is missing or not usable; the error names it.
        """
        return cls(
            quarantine_queue_url=_require(environment, "QUARANTINE_QUEUE_URL"),
            read_table_name=environment.get("READ_TABLE_NAME") or NOTIFICATION_RECORDS.name,
            write_concurrency=_parse_concurrency(environment.get("WRITE_CONCURRENCY")),
        )


def _require(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise InvalidSettingError(name, "is missing")
    return value


def _parse_concurrency(text: str | None) -> int:
    if not text:
        return _DEFAULT_WRITE_CONCURRENCY
    concurrency = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= concurrency <= _MAX_WRITE_CONCURRENCY:
        raise InvalidSettingError(
            "WRITE_CONCURRENCY", f"is not a whole number in 1 to {_MAX_WRITE_CONCURRENCY}"
        )
    return concurrency

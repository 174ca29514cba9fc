"""Settings of the stream processor, read from the environment by `bootstrap` alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.exceptions import InvalidSettingError

_DEFAULT_WRITE_CONCURRENCY: Final = 32
_MAX_WRITE_CONCURRENCY: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one deployment of the processor needs to know.

    A dataclass and no settings library: importing one would cost a Lambda's cold start more than
    reading a few variables is worth.

    Attributes:
        quarantine_queue_url: URL of the SQS queue that takes poison records. No default.
        read_table_name: the read model's table.
        write_concurrency: rows written at once, 1 to 256.
        keeps_expired: rows stay when their command record's time to live is over.
    """

    quarantine_queue_url: str
    read_table_name: str = NOTIFICATION_RECORDS.name
    write_concurrency: int = _DEFAULT_WRITE_CONCURRENCY
    keeps_expired: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the variables that the README lists.

        Raises:
            InvalidSettingError: one is missing or not usable; the error names it.
        """
        return cls(
            quarantine_queue_url=_require(environment, "QUARANTINE_QUEUE_URL"),
            read_table_name=environment.get("READ_TABLE_NAME") or NOTIFICATION_RECORDS.name,
            write_concurrency=_parse_concurrency(environment.get("WRITE_CONCURRENCY")),
            keeps_expired=parse_ttl_deletes(environment.get("TTL_DELETES")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationSettings:
    """What the operators' tools need to know.

    Attributes:
        command_table_name: the command side's table.
        read_table_name: the read model's table.
        quarantine_queue_url: URL of the SQS queue that has the poison records.
        failures_bucket: the bucket that has what Lambda gave up on.
        concurrency: calls made at once, 1 to 256.
        keeps_expired: as the processor has it.
    """

    command_table_name: str = COMMAND_RECORDS.name
    read_table_name: str = NOTIFICATION_RECORDS.name
    quarantine_queue_url: str | None = None
    failures_bucket: str | None = None
    concurrency: int = _DEFAULT_WRITE_CONCURRENCY
    keeps_expired: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "OperationSettings":
        """Read the variables that the README lists.

        Raises:
            InvalidSettingError: one is not usable; the error names it.
        """
        return cls(
            command_table_name=environment.get("COMMAND_TABLE_NAME") or COMMAND_RECORDS.name,
            read_table_name=environment.get("READ_TABLE_NAME") or NOTIFICATION_RECORDS.name,
            quarantine_queue_url=environment.get("QUARANTINE_QUEUE_URL") or None,
            failures_bucket=environment.get("FAILURES_BUCKET") or None,
            concurrency=_parse_concurrency(environment.get("WRITE_CONCURRENCY")),
            keeps_expired=parse_ttl_deletes(environment.get("TTL_DELETES")),
        )


def parse_ttl_deletes(text: str | None) -> bool:
    """Tell whether rows of expired records are kept: `keep`, or `delete`, the default.

    Raises:
        InvalidSettingError: it is neither.
    """
    if (text or "delete") not in {"delete", "keep"}:
        raise InvalidSettingError("TTL_DELETES", "is neither delete nor keep")
    return text == "keep"


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

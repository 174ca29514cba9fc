"""Settings of the stream function and of the operator tools.

The environment variables and the options of the command line are both made from the fields of
`Settings`. A dataclass, since importing a settings library would lengthen Lambda's cold start.
"""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal

from notification_models.embedded_metrics import METRIC_NAMESPACE
from notification_models.schema import COMMAND_RECORDS, NOTIFICATION_RECORDS
from stream_processor.exceptions import InvalidSettingError


def _setting(
    variable: str,
    option: str | None,
    default: object,
    help_text: str,
    *,
    choices: tuple[str, ...] = (),
    maximum: int | None = None,
) -> Any:  # noqa: ANN401 - typed by the field that it defines
    """Define a setting: its environment variable, option, default and help.

    Args:
        option: of the operator tools; None for a setting of the function alone.
        choices: the only values allowed; empty for any text.
        maximum: of a whole number from 1; None for text.
    """
    metadata = {
        "variable": variable,
        "option": option,
        "help": help_text,
        "choices": choices,
        "maximum": maximum,
    }
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings of one deployment. All have defaults; `require` raises where one is needed."""

    command_table_name: str = _setting(
        "COMMAND_TABLE_NAME", "--command-table", COMMAND_RECORDS.name, "Table of the command side."
    )
    read_table_name: str = _setting(
        "READ_TABLE_NAME", "--read-table", NOTIFICATION_RECORDS.name, "Table of the read model."
    )
    quarantine_queue_url: str | None = _setting(
        "QUARANTINE_QUEUE_URL", "--queue-url", None, "URL of the quarantine's SQS queue."
    )
    on_failure_bucket: str | None = _setting(
        "FAILURES_BUCKET", "--bucket", None, "S3 bucket of the batches that Lambda discarded."
    )
    concurrency: int = _setting(
        "WRITE_CONCURRENCY", "--concurrency", 50, "Concurrent calls.", maximum=256
    )
    ttl_deletes: Literal["delete", "keep"] = _setting(
        "TTL_DELETES",
        "--ttl-deletes",
        "delete",
        "What happens to the row of an expired command record.",
        choices=("delete", "keep"),
    )

    metrics_namespace: str = _setting(
        "METRICS_NAMESPACE",
        "--metrics-namespace",
        METRIC_NAMESPACE,
        "CloudWatch namespace of the metrics.",
    )

    metrics_by_ap: Literal["on", "off"] = _setting(
        "METRICS_BY_AP",
        None,
        "on",
        "Whether notifications are counted by AP and status.",
        choices=("on", "off"),
    )

    watched_ap_ids: str | None = _setting(
        "WATCHED_AP_IDS",
        None,
        None,
        "APs that always have metrics of their own, separated by commas.",
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the environment variables; an empty one counts as not set.

        Raises:
            InvalidSettingError: a value is not allowed.
        """
        return cls(
            **{
                each.name: _parse(each, text)
                for each in fields(cls)
                if (text := environment.get(each.metadata["variable"]))
            }
        )

    @property
    def keeps_expired(self) -> bool:
        """Whether rows stay when their command records expire."""
        return self.ttl_deletes == "keep"

    @property
    def watched_aps(self) -> list[str]:
        """The ids in `watched_ap_ids`."""
        return [each.strip() for each in (self.watched_ap_ids or "").split(",") if each.strip()]

    def require(self, name: Literal["quarantine_queue_url", "on_failure_bucket"]) -> str:
        """Return a setting that has no default.

        Raises:
            InvalidSettingError: it is not set.
        """
        value: str | None = getattr(self, name)
        if not value:
            (variable,) = (each.metadata["variable"] for each in fields(self) if each.name == name)
            raise InvalidSettingError(variable, "is missing")
        return value


def _parse(setting: Field[Any], text: str) -> Any:  # noqa: ANN401 - the type of the field
    variable, choices = setting.metadata["variable"], setting.metadata["choices"]
    maximum = setting.metadata["maximum"]
    if choices and text not in choices:
        raise InvalidSettingError(variable, f"is neither {' nor '.join(choices)}")
    if maximum is None:
        return text
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= maximum:
        raise InvalidSettingError(variable, f"is not a whole number in 1 to {maximum}")
    return number

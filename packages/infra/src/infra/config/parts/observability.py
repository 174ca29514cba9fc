"""Alarms, metrics and logs."""

from typing import Literal

from pydantic import BaseModel, Field

from infra.config.values import ApIds, EmailAddress, KeyArn, LogDays, Percent


class ObservabilityVariables(BaseModel):
    """Alarms, metrics and logs."""

    alarm_email: EmailAddress | None = Field(default=None, description="Email address for alarms.")
    max_failure_percent: Percent = Field(
        default=20, description="Percentage of failed notifications that sets off an alarm."
    )
    metrics_by_ap: Literal["on", "off"] = Field(
        default="on",
        description="Whether notifications are counted by AP and status, which the alarms on "
        "failures need.",
    )
    watched_ap_ids: ApIds = Field(
        default=(),
        description="APs with an alarm of their own on failed notifications, `first,second`; at "
        "most 20.",
    )
    log_retention_days: LogDays | None = Field(
        default=None,
        description="Days that logs are kept, by default 90, and 30 for the flow log of a new VPC.",
    )
    kms_key_arn: KeyArn | None = Field(
        default=None,
        description="Key of yours for logs, the quarantine and the on-failure bucket; without it, "
        "AWS's own keys encrypt them.",
    )
    api_log_role: bool = Field(
        default=False,
        description="Create the role by which API Gateway writes logs; it replaces the one that "
        "the account has in the region.",
    )

"""Alarms and metrics."""

from typing import Literal

from pydantic import BaseModel, Field

from infra.config.values import ApIds, EmailAddress, Percent


class ObservabilityVariables(BaseModel):
    """Alarms and metrics."""

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

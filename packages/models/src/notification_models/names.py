"""Names that the services and the CDK app must agree on."""

from typing import Final

METRIC_NAMESPACE: Final = "NotificationQueryService"
"""CloudWatch namespace of every metric that a service emits."""

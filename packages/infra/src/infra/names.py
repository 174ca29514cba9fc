"""Names of AWS resources that the stacks, the programs in `deployment` and trials/ share."""

from typing import Final

DATA_STACK: Final = "query-service-data"
APPLICATION_STACK: Final = "query-service-application"
CALLER_POLICY: Final = "CallerPolicyArn"
"""The output with the policy for callers' roles; only with IAM authorization."""
DELIVERY_STACK: Final = "query-service-delivery"
CONSOLE_URL: Final = "ConsoleUrl"
"""The output with the address of the console with sign-in."""

CLUSTER_NAME: Final = "query-service-cluster"
SERVICE_NAME: Final = "query-service"

STREAM_PROCESSOR_FUNCTION: Final = "notification-stream-processor"
VERIFY_FUNCTION: Final = "notification-verify"
REDRIVE_FUNCTION: Final = "notification-redrive"
REBUILD_SEGMENT_FUNCTION: Final = "notification-rebuild-segment"
QUERY_FUNCTION: Final = "notification-query"

TRIAL_PREFIX: Final = "trial-"
"""Begins the ids of records that `nox -s trial` writes; its role may write no others."""

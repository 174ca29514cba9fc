"""Paths of constructs that scanners have findings of one kind about."""

from typing import Final

FUNCTIONS: Final = (
    "Operations/RebuildSegment",
    "Operations/Redrive",
    "Operations/Verify",
    "QueryFunction/Function",
    "StreamProcessor/Function",
)
# The CDK's own function, which empties the default security group of a new VPC.
RESTRICTION: Final = "Custom::VpcRestrictDefaultSGCustomResourceProvider/Handler"
LOG_GROUPS: Final = (
    "Network/FlowLogs",
    "Network/RestrictionLogs",
    "Operations/Rebuild/Logs",
    "Operations/RebuildSegmentLogs",
    "Operations/RedriveLogs",
    "Operations/VerifyLogs",
    "PrivateApi/AccessLogs",
    "PrivateApi/ExecutionLogs",
    "QueryFunction/FunctionLogs",
    "QueryService/Logs",
    "StreamProcessor/FunctionLogs",
)
ON_FAILURE_BUCKET: Final = "FailureStores/GivenUp"
LOG_BUCKETS: Final = ("FailureStores/AccessLogs", "QueryService/Front/AccessLogs")
QUARANTINE: Final = "FailureStores/Quarantine"
STAGE: Final = "PrivateApi/Api/DeploymentStage.v1"
PLAIN_LISTENER: Final = "QueryService/Front/LoadBalancer/Http"

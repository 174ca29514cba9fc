"""Names in AWS that the stacks give and the operations go by."""

from typing import Final

DATA_STACK: Final = "query-service-data"
APPLICATION_STACK: Final = "query-service-application"
CLUSTER_NAME: Final = "query-service-cluster"
SERVICE_NAME: Final = "query-service"

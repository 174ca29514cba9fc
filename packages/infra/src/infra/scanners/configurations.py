"""The configurations whose templates are checked: one for each way of a deployment."""

from collections.abc import Mapping
from typing import Final

_ARN: Final = "arn:aws:{service}:ap-southeast-1:123456789012:{resource}"
CERTIFICATE_ARN: Final = _ARN.format(
    service="acm", resource="certificate/01234567-89ab-cdef-0123-456789abcdef"
)
_KEY_ARN: Final = _ARN.format(service="kms", resource="key/01234567-89ab-cdef-0123-456789abcdef")

# An image in ECR: without one, each synthesis reads the whole repository.
IMAGE: Final = {"IMAGE_REPOSITORY": "query-api", "IMAGE_DIGEST": f"sha256:{'0' * 64}"}
_CERTIFICATE: Final = {
    "CERTIFICATE_ARN": CERTIFICATE_ARN,
    "CERTIFICATE_DOMAIN": "query.example.com",
}
_VPC: Final = {
    "AWS_REGION": "ap-southeast-1",
    "VPC_ID": "vpc-0123456789abcdef0",
    "PRIVATE_SUBNET_1": "subnet-0123456789abcdef0",
    "PRIVATE_SUBNET_2": "subnet-0123456789abcdef1",
}
_CREATED_ENDPOINTS: Final = {
    "VPC_CIDR": "10.0.0.0/16,100.64.0.0/16",
    "CREATE_ENDPOINTS": "dynamodb,s3,ecr.api,ecr.dkr,logs,lambda",
    "ROUTE_TABLE_IDS": "rtb-0123456789abcdef0,rtb-0123456789abcdef1",
}
_EXISTING_ENDPOINTS: Final = {
    "EXISTING_ENDPOINTS": "execute-api=vpce-0123456789abcdef0",
    "ENDPOINT_SECURITY_GROUP_ID": "sg-0123456789abcdef0",
}
_IMPORTED_TABLES: Final = {
    "COMMAND_TABLE_NAME": "sent",
    "COMMAND_STREAM_ARN": _ARN.format(
        service="dynamodb", resource="table/sent/stream/2026-11-23T09:00:00.000"
    ),
    "COMMAND_TABLE_KEY_ARN": _KEY_ARN,
    "READ_TABLE_NAME": "received",
}
_CONSOLE: Final = {
    "CONSOLE_HOST": "notifications.example.com",
    "CONSOLE_CERTIFICATE_ARN": CERTIFICATE_ARN,
    "CONSOLE_CIDRS": "10.8.0.0/16",
    "CONSOLE_OIDC_ISSUER": "https://login.example.com",
    "CONSOLE_OIDC_AUTHORIZATION_ENDPOINT": "https://login.example.com/authorize",
    "CONSOLE_OIDC_TOKEN_ENDPOINT": "https://login.example.com/token",
    "CONSOLE_OIDC_USER_INFO_ENDPOINT": "https://login.example.com/user-info",
    "CONSOLE_OIDC_CLIENT_ID": "console",
    "CONSOLE_OIDC_SECRET_ARN": _ARN.format(
        service="secretsmanager", resource="secret:console-AbCdEf"
    ),
    "CONSOLE_OIDC_SECRET_VERSION": "01234567-89ab-cdef-0123-456789abcdef",
    "CONSOLE_OIDC_PREFIX_LIST_ID": "pl-0123456789abcdef0",
}
_LAMBDA: Final = {"QUERY_BACKEND": "lambda"}
_CACHE: Final = {"CACHE_TTL_SECONDS": "30"}

_VARIANTS: Final[Mapping[str, Mapping[str, str]]] = {
    "default": _CERTIFICATE,
    "http": {"ALLOW_HTTP": "true"},
    "unsigned": _CERTIFICATE | {"IAM_AUTHORIZATION": "false"},
    "existing-vpc": _CERTIFICATE | _VPC,
    "existing-endpoints": _CERTIFICATE | _VPC | _EXISTING_ENDPOINTS,
    "lambda": _CERTIFICATE | _LAMBDA,
    "cache": _CERTIFICATE | _CACHE,
    "imported-tables": _CERTIFICATE | _IMPORTED_TABLES,
    "console": _CERTIFICATE | _VPC | _CONSOLE,
    "dev": {
        **_CERTIFICATE,
        **_LAMBDA,
        "DEPLOYMENT_NAME": "dev",
        "TAGS": "cost-center=1234,owner=notifications",
        "LOG_RETENTION_DAYS": "365",
        "KMS_KEY_ARN": _KEY_ARN,
        "CONTRIBUTOR_INSIGHTS": "true",
        "WATCHED_AP_IDS": "mobile-app-001",
    },
    "everything": {
        **_CERTIFICATE,
        **_VPC,
        **_CREATED_ENDPOINTS,
        **_EXISTING_ENDPOINTS,
        **_IMPORTED_TABLES,
        **_CONSOLE,
        **_LAMBDA,
        **_CACHE,
        "API_LOG_ROLE": "true",
        "IAM_AUTHORIZATION": "false",
        "ALARM_EMAIL": "on-call@example.com",
        "MAX_FAILURE_PERCENT": "5",
        "WATCHED_AP_IDS": "mobile-app-001",
    },
    # The stack of `delivery_app.py`, for a repository that does not exist.
    "delivery": {
        **_CERTIFICATE,
        "DELIVERY_REPOSITORY": "octo/service",
        "DELIVERY_ENVIRONMENT": "prod",
    },
}
CONFIGURATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    name: {**IMAGE, **variables} for name, variables in _VARIANTS.items()
}
"""The variables of each configuration, by its name."""

"""Queries by GET, which the gateway can cache, translated into the service's POSTs.

The gateway's cache key holds headers, path and query string but never a body: a cached POST would
return one user's rows to another. So only the gateway offers the queries by GET. The service still
gets POSTs, so no id gets into the load balancer's access log.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
"""

from collections.abc import Sequence
from typing import Any, Final

from aws_cdk import aws_apigateway as apigateway

from infra.constructs.private_api.gateway_integration import INTEGRATION_TIMEOUT
from infra.constructs.private_api.routes import QueryRoute

_STATUSES: Final = ("200", "400", "404", "405", "413", "415", "500", "503", "504")
_UNEXPECTED_STATUS: Final = "502"
_PASSED_HEADERS: Final = ("Content-Type", "Retry-After", "X-Request-Id")

# Valid as a JSON number; anything else is passed on as text, for the service to refuse.
_WHOLE_NUMBER: Final = "0|-?[1-9][0-9]{0,15}"
# `escapeJavaScript` also escapes an apostrophe, as `\'`, which is not valid JSON.
_TEXT: Final = """"$util.escapeJavaScript(%s).replaceAll("\\\\'","'")\""""

_TEMPLATE: Final = """\
#set($given = $input.params().querystring)
#set($numbers = [%(numbers)s])
#set($lists = [%(lists)s])
#set($separator = "")
{
#foreach($name in [%(names)s])
#if($given.containsKey($name))
#set($value = $given.get($name))
#if($method.request.multivaluequerystring.get($name).size() == 1)
$separator"$name":
#if($numbers.contains($name) && $value.matches("%(whole_number)s"))
$value
#elseif($lists.contains($name))
[#foreach($each in $value.split(","))%(text_of_each)s#if($foreach.hasNext),#end#end]
#else
%(text)s
#end
#else
$separator"repeated_$name": true
#end
#set($separator = ",")
#end
#end
}
"""


def encode_request_template(route: QueryRoute) -> str:
    """Build the mapping template (VTL) from a query string to the JSON body of a query.

    Only a list of names is split at commas. A filter is one value, since any text may have a comma.
    A parameter with an empty value is passed on, so that the service can refuse it. An unknown
    parameter is left out: it is not in the cache key, so the cached refusal would also be returned
    to requests without it.

    AWS does not say which value of a repeated parameter is in the cache key, and which one a
    template gets. If they differed, one user's rows would be cached for another. So its place takes
    a field that the service does not know and refuses. The same happens to every parameter if the
    gateway does not provide `$method.request.multivaluequerystring`, which is in common use but not
    in AWS's reference: no query is then served, and none is wrong. Not tried on AWS.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
    """
    return _TEMPLATE % {
        "numbers": _encode_list(route.number_fields),
        "lists": _encode_list(route.list_fields),
        "names": _encode_list(route.fields),
        "text": _TEXT % "$value",
        "text_of_each": _TEXT % "$each",
        "whole_number": _WHOLE_NUMBER,
    }


def _encode_list(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def create_cached_integration(
    route: QueryRoute, uri: str, vpc_link: apigateway.IVpcLink
) -> apigateway.Integration:
    """Create the integration that sends a query as a POST and keys the cache by its fields.

    Args:
        uri: the query at the load balancer.
    """
    return apigateway.Integration(
        type=apigateway.IntegrationType.HTTP,
        integration_http_method="POST",
        uri=uri,
        options=apigateway.IntegrationOptions(
            connection_type=apigateway.ConnectionType.VPC_LINK,
            vpc_link=vpc_link,
            timeout=INTEGRATION_TIMEOUT,
            passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
            request_templates={"application/json": encode_request_template(route)},
            request_parameters={
                "integration.request.header.Content-Type": "'application/json'",
                "integration.request.header.X-Request-Id": "context.requestId",
            },
            cache_key_parameters=[_locate(name) for name in route.fields],
            cache_namespace=route.path,
            integration_responses=_list_integration_responses(),
        ),
    )


def create_cached_method_options(route: QueryRoute) -> dict[str, Any]:
    """Declare the parameters and responses of the integration, for `add_method`."""
    headers = {f"method.response.header.{name}": True for name in _PASSED_HEADERS}
    return {
        "request_parameters": {
            _locate(name): name == route.id_field and route.has_required_id for name in route.fields
        },
        "method_responses": [
            apigateway.MethodResponse(status_code=status, response_parameters=headers)
            for status in (*_STATUSES, _UNEXPECTED_STATUS)
        ],
    }


def _locate(name: str) -> str:
    return f"method.request.querystring.{name}"


def _list_integration_responses() -> list[apigateway.IntegrationResponse]:
    """Pass each status on; a status without a pattern would become a success."""
    headers = {
        f"method.response.header.{name}": f"integration.response.header.{name}"
        for name in _PASSED_HEADERS
    }
    return [
        apigateway.IntegrationResponse(status_code=_UNEXPECTED_STATUS, response_parameters=headers),
        *(
            apigateway.IntegrationResponse(
                status_code=status, selection_pattern=status, response_parameters=headers
            )
            for status in _STATUSES
        ),
    ]

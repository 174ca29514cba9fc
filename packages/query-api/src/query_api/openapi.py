"""The description of the API that it serves itself at /openapi.json."""

from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from litestar import Request, Router, get
from litestar.enums import OpenAPIMediaType as MediaType
from litestar.exceptions import NotFoundException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody
from pydantic import BaseModel

_PATH = "/openapi.json"


def create_openapi_config() -> OpenAPIConfig:
    """Serve the description and no page: Litestar's pages load their code from a CDN."""
    return OpenAPIConfig(
        title="Notification queries",
        version=version("query-api"),
        render_plugins=[JsonRenderPlugin(path="/")],
        openapi_router=Router(
            _PATH, route_handlers=[], include_in_schema=False, before_request=_refuse_subpaths
        ),
    )


@get(_PATH, include_in_schema=False, media_type=MediaType.OPENAPI_JSON, sync_to_thread=False)
def get_openapi(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """Serve the description where Litestar's own route is not: under a stage prefix."""
    return request.app.openapi_schema.to_schema()


def describe_body(model: type[BaseModel]) -> type[Operation]:
    """Make the operation of a route that reads this model from the body by itself."""
    schema = model.model_json_schema()

    @dataclass
    class DescribedOperation(Operation):
        def __post_init__(self) -> None:
            # A plain dict is a JSON schema as much as Litestar's own class, which it would turn
            # into one.
            content = OpenAPIMediaType(schema=schema)  # type: ignore[arg-type]
            self.request_body = RequestBody(required=True, content={"application/json": content})

    return DescribedOperation


def _refuse_subpaths(request: Request[Any, Any, Any]) -> None:
    """Litestar answers whatever is below its own route with a page of its own."""
    if request.scope["path"] != _PATH:
        raise NotFoundException

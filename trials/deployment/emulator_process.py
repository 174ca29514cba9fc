"""The emulator's process, with stand-ins for the resources that its CloudFormation refuses.

It runs no container, so it also gets a service whose tasks do not start.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from ministack.services import ecs
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

from local_stack.emulator.aws_access import REGION
from local_stack.emulator.server_process import main
from testing import compiled_modules
from trials.deployment.refused import MISSING_IMAGE, REFUSED

Handlers: TypeAlias = dict[str, Any]
Created: TypeAlias = tuple[str, Mapping[str, str]]
"""A resource's physical id and its attributes."""

_SERVICE: Final = "AWS::ECS::Service"


def register_stand_ins(handlers: Handlers) -> None:
    """Add a stand-in to the emulator's handlers for each kind of resource that it refuses."""
    for kind in REFUSED:
        handlers[kind] = _stand_in(handlers.get(kind, {}))
    handlers[_SERVICE] = _need_image(handlers[_SERVICE])


def _stand_in(own: Mapping[str, Any]) -> dict[str, Any]:
    """Build a handler that creates nothing, except where the emulator's own one can."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        if own and "Metrics" not in properties:
            created: Created = own["create"](logical_id, properties, stack)
            return created
        name = properties.get("AlarmName", f"{stack}-{logical_id}")
        return name, {"Arn": f"arn:aws:stand-in:{REGION}:000000000000:{name}"}

    # The emulator updates a resource without a handler for that by creating it again.
    kept = {name: each for name, each in own.items() if name != "update"}
    return {"delete": lambda _physical_id, _properties: None, **kept, "create": create}


def _need_image(own: Mapping[str, Any]) -> dict[str, Any]:
    """Build a handler that fails as ECS does if the tasks' image does not exist."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Created:
        name = properties["TaskDefinition"].rpartition("/")[2]
        definition = ecs._task_defs[name]  # noqa: SLF001 - no public function finds it here
        if definition["containerDefinitions"][0]["image"].endswith(MISSING_IMAGE):
            raise ValueError("ECS Deployment Circuit Breaker was triggered")
        created: Created = own["create"](logical_id, properties, stack)
        return created

    return {**own, "create": create}


def run() -> None:
    """Run the emulator until standard input ends."""
    # Functions then run on the bare interpreter, so they see only what is in their zip, except for
    # compiled modules: those in the zip are for another machine.
    sys.executable = str(Path(sys.executable).resolve())
    os.environ.update(compiled_modules.ENVIRONMENT)
    register_stand_ins(_RESOURCE_HANDLERS)
    main()


if __name__ == "__main__":
    run()

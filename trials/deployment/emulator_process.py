"""The emulator's own process, with stand-ins for what it refuses.

CloudFormation in the emulator keeps a table of what it can make. What is added to it here makes
nothing: `stubs` says what, and what the template has to say of it instead.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

from local_stack.emulator.aws_access import REGION
from local_stack.emulator.server_process import main
from trials.deployment.stubs import REFUSED, Stub

Handlers: TypeAlias = dict[str, Any]
Made: TypeAlias = tuple[str, Mapping[str, str]]
"""A resource's physical id and its attributes."""


def register_stand_ins(handlers: Handlers) -> None:
    """Add to the emulator's handlers one for each kind of resource that it refuses."""
    for stub in REFUSED:
        kind = f"AWS::{stub.kind}"
        handlers[kind] = _stand_in(stub, handlers.get(kind, {}))


def _stand_in(stub: Stub, own: Mapping[str, Any]) -> dict[str, Any]:
    """Make a handler that makes nothing of what the stub is about, and all else as before."""

    def create(logical_id: str, properties: dict[str, Any], stack: str) -> Made:
        if own and not stub.is_concerned(properties):
            made: Made = own["create"](logical_id, properties, stack)
            return made
        name = properties.get("AlarmName", f"{stack}-{logical_id}")
        return name, {"Arn": f"arn:aws:stand-in:{REGION}:000000000000:{name}"}

    return {"delete": lambda _physical_id, _properties: None, **own, "create": create}


def run() -> None:
    """Run it until standard input ends."""
    # Functions then run by the interpreter alone: what is not in their zip they do not have.
    sys.executable = str(Path(sys.executable).resolve())
    register_stand_ins(_RESOURCE_HANDLERS)
    main()


if __name__ == "__main__":
    run()

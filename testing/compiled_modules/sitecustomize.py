"""Finds the compiled modules of bundled packages in the folder `COMPILED_MODULES`.

A bundle for Lambda has those for arm64 and Python 3.13, which this machine may be unable to load.
An interpreter imports this module when it starts, if its `PYTHONPATH` has this folder.
"""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import ExtensionFileLoader, ModuleSpec, PathFinder
from types import ModuleType


class _CompiledModules:
    """A finder for the modules of packages, before any other finder."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is None:
            return None
        *packages, _ = name.split(".")
        folder = os.path.join(os.environ["COMPILED_MODULES"], *packages)  # noqa: PTH118 - at start
        spec = PathFinder.find_spec(name, [folder])
        return spec if spec and isinstance(spec.loader, ExtensionFileLoader) else None


sys.meta_path.insert(0, _CompiledModules)

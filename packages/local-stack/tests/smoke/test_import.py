import importlib
import pkgutil

import local_stack


def test_every_module_can_be_imported():
    names = [module.name for module in pkgutil.iter_modules(local_stack.__path__)]

    for name in names:
        importlib.import_module(f"local_stack.{name}")

    assert "stack" in names

"""This machine's compiled modules for code that is bundled for Lambda."""

from collections.abc import Mapping
from pathlib import Path
from sysconfig import get_path
from typing import Final

ENVIRONMENT: Final[Mapping[str, str]] = {
    "COMPILED_MODULES": get_path("platlib"),
    "PYTHONPATH": str(Path(__file__).parent),
}
"""Variables of an interpreter that finds the compiled modules of this environment."""

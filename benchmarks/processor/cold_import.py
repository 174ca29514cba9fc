"""Measures an import in a fresh interpreter."""

import os
import subprocess
import sys
from typing import Final

from benchmarks import cores
from benchmarks.measured_process import Usage

# A Lambda function's zip holds no byte code; the standard library's is part of the runtime.
_PROGRAM: Final = """
import importlib._bootstrap_external as importing, os, sys, sysconfig, time
module, core, has_byte_code = sys.argv[1:]
paths = sysconfig.get_paths()
find = importing.cache_from_source
def find_runtimes(path, *arguments, **options):
    if path.startswith(paths["stdlib"]) and not path.startswith(paths["purelib"]):
        return find(path, *arguments, **options)
    raise NotImplementedError  # documented: there is no byte code
if has_byte_code == "no":
    importing.cache_from_source = find_runtimes
os.sched_setaffinity(0, {int(core)})
wall_s, cpu_s = time.perf_counter(), time.process_time()
__import__(module)
print(time.perf_counter() - wall_s, time.process_time() - cpu_s)
"""


def measure_import(module: str, *, has_byte_code: bool) -> Usage:
    """Import a module; the interpreter's start is not counted.

    Args:
        has_byte_code: whether packages have byte code; the first import writes it.
    """
    arguments = (module, str(cores.MEASURED), "yes" if has_byte_code else "no")
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": ""}
    output = subprocess.run(  # noqa: S603 - this interpreter, the program above
        [sys.executable, "-c", _PROGRAM, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    ).stdout
    wall_s, cpu_s = map(float, output.split())
    return Usage(wall_s, cpu_s)

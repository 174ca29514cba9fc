"""Measures an import in a fresh interpreter."""

import subprocess
import sys
from typing import Final

from benchmarks import cores
from benchmarks.measured_process import Usage

_PROGRAM: Final = """
import os, sys, time
os.sched_setaffinity(0, {int(sys.argv[2])})
wall_s, cpu_s = time.perf_counter(), time.process_time()
__import__(sys.argv[1])
print(time.perf_counter() - wall_s, time.process_time() - cpu_s)
"""


def measure_import(module: str) -> Usage:
    """Import a module whose byte code is cached; the interpreter's start is not counted."""
    command = [sys.executable, "-c", _PROGRAM, module, str(cores.MEASURED)]
    output = subprocess.run(  # noqa: S603 - this interpreter, the program above
        command, check=True, capture_output=True, text=True
    ).stdout
    wall_s, cpu_s = map(float, output.split())
    return Usage(wall_s, cpu_s)

"""Reads the memory of a process from the system, in units of 1,000,000 bytes."""

import re
from pathlib import Path


def get_rss_mb(pid: int) -> float:
    """Return a process's resident memory."""
    return _read_mb(pid, "VmRSS")


def get_peak_rss_mb(pid: int) -> float:
    """Return the highest resident memory of a process since its start."""
    return _read_mb(pid, "VmHWM")


def _read_mb(pid: int, name: str) -> float:
    """Source: https://man7.org/linux/man-pages/man5/proc_pid_status.5.html."""
    found = re.search(
        rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE
    )
    if found is None:
        raise AssertionError(f"process {pid} has no {name}")
    return int(found[1]) * 1024 / 1e6

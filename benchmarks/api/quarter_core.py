"""Limits a process to a quarter of a core, as a container with 256 CPU units is."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_PERIOD_S: Final = 0.1
_SHARE: Final = 0.25
# Folder of the control groups, file of the limit, and its value: 25 of every 100 ms.
# Version 2, then version 1: https://docs.kernel.org/scheduler/sched-bwc.html
_CONTROLLERS: Final = (
    (Path("/sys/fs/cgroup"), "cpu.max", "25000 100000"),
    (Path("/sys/fs/cgroup/cpu"), "cpu.cfs_quota_us", "25000"),
)


@contextmanager
def hold_to_quarter_core(pid: int) -> Iterator[str]:
    """Limit a process within a with block; yields a description of how.

    Without the right to create a control group, the process is stopped for 75 of every 100 ms,
    even if it has not used its share: harder than a container's limit.
    """
    for root, limit, quarter in _CONTROLLERS:
        group = _create_group(root, limit)
        if group is None:
            continue
        try:
            (group / limit).write_text(quarter)
            (group / "cgroup.procs").write_text(str(pid))
            yield f"by a control group ({limit})"
        finally:
            (root / "cgroup.procs").write_text(str(pid))
            group.rmdir()
        return
    with _stopping(pid):
        yield "by stopping it for 75 of every 100 ms"


def _create_group(root: Path, limit: str) -> Path | None:
    """Create a control group, if the controller exists and allows it."""
    group = root / f"benchmark-{os.getpid()}"
    # Without this file the folder is the plain parent of version 1's controllers.
    if not (root / "cgroup.procs").exists():
        return None
    try:
        group.mkdir()
    except OSError:
        return None
    if not (group / limit).exists():
        group.rmdir()
        return None
    return group


@contextmanager
def _stopping(pid: int) -> Iterator[None]:
    ended = threading.Event()

    def stop_and_go() -> None:
        while not ended.wait(_PERIOD_S * _SHARE):
            os.kill(pid, signal.SIGSTOP)
            ended.wait(_PERIOD_S * (1 - _SHARE))
            os.kill(pid, signal.SIGCONT)

    thread = threading.Thread(target=stop_and_go)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()

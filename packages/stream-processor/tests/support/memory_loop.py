"""An event loop without sockets, with a clock that jumps over every wait."""

import asyncio
from asyncio import tasks
from contextlib import contextmanager


class KilledError(SystemExit):
    """The process is killed here: no code after this point runs, and no handler catches it.

    Of all exceptions, asyncio passes only `SystemExit` and `KeyboardInterrupt` on at once.
    """


class MemoryLoop(asyncio.BaseEventLoop):
    """Runs tasks in the order in which they become ready.

    `asyncio.Runner(loop_factory=MemoryLoop)` runs a coroutine on it. A loop whose tasks wait for
    nothing that can happen fails instead of waiting for ever.
    """

    def __init__(self):
        super().__init__()
        self._now_s = 0.0
        self._selector = self
        self._is_killed = False

    def time(self):
        return self._now_s

    def select(self, timeout_s):
        assert timeout_s is not None, "every task waits, and nothing can happen"
        self._now_s += timeout_s
        return ()

    def kill(self):
        """End all tasks where they are, except the one that calls this."""
        self._is_killed = True
        self._ready.clear()
        for task in tasks.all_tasks(self):
            if not task.get_coro().cr_running:
                task.get_coro().close()

    def call_exception_handler(self, context):
        if not self._is_killed:
            raise AssertionError(context["message"]) from context.get("exception")

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass

    def __del__(self):
        # It holds nothing that a test must close.
        pass


@contextmanager
def away_from_loop():
    """Let other code of this thread run event loops of its own, in the middle of a task."""
    loop = asyncio._get_running_loop()  # noqa: SLF001 - no public function changes it
    if loop is None:
        yield
        return
    task = asyncio.current_task()
    tasks._leave_task(loop, task)  # noqa: SLF001
    asyncio._set_running_loop(None)  # noqa: SLF001
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)  # noqa: SLF001
        tasks._enter_task(loop, task)  # noqa: SLF001

"""Programs that run one step at a time, in an order that the checker chooses.

Each runs in a thread of its own, but only while it is resumed: the threads pass a baton. So every
run with the same seed is the same.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Generic, Protocol, TypeVar

ResultT = TypeVar("ResultT")


class Program(Protocol):
    """What calls AWS, step by step."""

    def step(self) -> None:
        """Wait for the next turn."""


class Killed(BaseException):
    """The program was killed; its code must not catch this."""


class Actor(Generic[ResultT]):
    """A program, from its start until it returns, fails or is killed.

    Attributes:
        error: what it raised; None while it runs, and after it returned or was killed.
        result: what it returned.
        speed: how often it gets a turn, compared with others.
    """

    def __init__(
        self, name: str, program: Callable[["Actor[ResultT]"], ResultT], speed: float = 1
    ) -> None:
        self.name = name
        self.speed = speed
        self.is_done = False
        self.is_killed = False
        self.error: BaseException | None = None
        self.result: ResultT | None = None
        self._program = program
        self._turn = threading.Semaphore(0)
        self._back = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def resume(self) -> None:
        """Let the program run to its next step."""
        if self._thread.ident is None:
            self._thread.start()
        else:
            self._turn.release()
        self._back.acquire()
        if self.is_done:
            self._thread.join()

    def finish(self) -> None:
        """Let the program run to its end."""
        while not self.is_done:
            self.resume()

    def kill(self) -> None:
        """End the program where it is, as a lost process ends."""
        self.is_killed = True
        if self._thread.ident is None:
            self.is_done = True
        self.finish()

    def step(self) -> None:
        """Wait for the next turn; called by the program."""
        if not self.is_killed:
            self._back.release()
            self._turn.acquire()
        if self.is_killed:
            raise Killed

    def _run(self) -> None:
        try:
            self.result = self._program(self)
        except BaseException as error:  # noqa: BLE001 - kept for the checker to judge
            self.error = None if self.is_killed else error
        self.is_done = True
        self._back.release()


class InlineExecutor(Executor):
    """Runs each call at once, in the caller's thread."""

    def submit(
        self,
        function: Callable[..., ResultT],
        /,
        *args: Any,  # noqa: ANN401 - the function's own
        **kwargs: Any,  # noqa: ANN401 - likewise
    ) -> "Future[ResultT]":
        """See `Executor.submit`."""
        future: Future[ResultT] = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor's thread does
            future.set_exception(error)
        return future

"""The network to AWS: each call is one step of its program, and any call may fail."""

import asyncio
import json
import random
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final, TypeVar

from aws_client import (
    AwsError,
    ConnectionFailedError,
    DeadlineExceededError,
    HttpResponse,
    InvalidRequestError,
    RefusedError,
    RetryPolicy,
    ThrottledError,
    UnavailableError,
)
from aws_client.operations import Operation, decode_json
from trials.checker.actors import Program
from trials.checker.aws.expressions import project
from trials.checker.aws.table import Table

ArgumentT = TypeVar("ArgumentT")
ResultT = TypeVar("ResultT")

_WRITES: Final = frozenset({"PutItem", "DeleteItem", "SendMessage"})

_LATEST_MS: Final = 20_000
"""The longest that a request may be under way after its caller has given it up."""

_MOST_TURNS: Final = 5
"""Of its event loop, before a call is sent: so the calls of a batch are sent in any order."""

NO_WAIT: Final = RetryPolicy(attempts=5, first_delay_s=0, longest_delay_s=0, retries_throttled=True)


class _Fate(Enum):
    DONE = auto()
    FAILED = auto()
    RESPONSE_LOST = auto()
    LATE = auto()
    REPEATED = auto()
    REPEATED_LATE = auto()
    INVALID = auto()


@dataclass(slots=True)
class Network:
    """Carries calls to tables and to the queue.

    Attributes:
        failure_rate: share of the calls that do not go as planned.
        has_refused: whether a write was called invalid, though it was not.
        late: writes that are under way though no program waits for them, each with its latest time.
    """

    tables: Mapping[str, Table]
    send_message: Callable[[str], None]
    chance: random.Random
    now_ms: Callable[[], int]
    failure_rate: float = 0
    has_refused: bool = False
    late: list[tuple[int, Callable[[], object]]] = field(default_factory=list)

    def carry(self, write: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Carry a write.

        Raises:
            AwsError: it failed, with or without being applied.
        """
        match self._draw_fate():
            case _Fate.DONE:
                return write()
            case _Fate.FAILED:
                raise self._draw_error()
            case _Fate.RESPONSE_LOST:
                _apply(write)
                raise DeadlineExceededError("DeadlineExceeded")
            case _Fate.LATE:
                self.delay(write)
                raise ConnectionFailedError("ConnectionReset")
            case _Fate.REPEATED:
                _apply(write)
                return write()
            case _Fate.REPEATED_LATE:
                self.delay(write)
                return write()
            case _Fate.INVALID:
                self.has_refused = True
                raise InvalidRequestError("ValidationException")

    def delay(self, write: Callable[[], object]) -> None:
        """Let a write arrive later."""
        self.late.append((self.now_ms() + _LATEST_MS, write))

    def deliver_late(self, *, is_all: bool = False) -> None:
        """Apply what must have arrived by now, and perhaps more of it."""
        arriving = [
            each
            for each in self.late
            if is_all or each[0] <= self.now_ms() or self.chance.random() < 0.1  # noqa: PLR2004
        ]
        self.late = [each for each in self.late if each not in arriving]
        self.chance.shuffle(arriving)
        for _, write in arriving:
            _apply(write)

    def fail_sometimes(self) -> None:
        """Raise an error for the share of the calls that fail."""
        if self.chance.random() < self.failure_rate:
            raise self._draw_error()

    def batch_get(self, request: Mapping[str, Any], program: Program) -> dict[str, Any]:
        """Read items, which is not one moment for all of them; some may be left unread."""
        ((name, read),) = request["RequestItems"].items()
        is_consistent = bool(read.get("ConsistentRead"))
        found: list[dict[str, Any]] = []
        unread: list[Any] = []
        for key in read["Keys"]:
            if self.chance.random() < self.failure_rate:
                unread.append(key)
                continue
            if self.chance.random() < 0.2:  # noqa: PLR2004
                program.step()
            item = self.tables[name].read_one(key, is_consistent=is_consistent)
            if item is not None:
                found.append(project(item, read))
        self.chance.shuffle(found)
        response: dict[str, Any] = {"Responses": {name: found}, "UnprocessedKeys": {}}
        if unread:
            response["UnprocessedKeys"] = {name: {**read, "Keys": unread}}
        return response

    def _draw_fate(self) -> _Fate:
        if self.chance.random() >= self.failure_rate:
            return _Fate.DONE
        return self.chance.choice(list(_Fate))

    def _draw_error(self) -> AwsError:
        kinds = (ThrottledError, UnavailableError, DeadlineExceededError, ConnectionFailedError)
        if self.chance.random() < 0.1:  # noqa: PLR2004
            return RefusedError("AccessDeniedException")
        return self.chance.choice(kinds)("Injected")


class Connection:
    """`AwsClient` for one program, on its event loop."""

    def __init__(self, network: Network, program: Program) -> None:
        self._network = network
        self._program = program

    async def call(
        self, operation: Operation, body: bytes, decode: Callable[[HttpResponse], ResultT]
    ) -> ResultT:
        """See `AwsClient.call`."""
        request = json.loads(body)
        action = operation.headers["x-amz-target"].rpartition(".")[2]
        try:
            for _ in range(self._network.chance.randrange(_MOST_TURNS)):
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            if action in _WRITES and self._network.chance.random() < 0.5:  # noqa: PLR2004
                self._network.delay(lambda: self._write(action, request))
            raise
        self._program.step()
        response = json.dumps(self._answer(action, request)).encode()
        return decode(HttpResponse(200, {}, response))

    def close(self) -> None:
        """See `AwsClient.close`."""

    def _answer(self, action: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if action in _WRITES:
            return self._network.carry(lambda: self._write(action, request))
        self._network.fail_sometimes()
        if action == "BatchGetItem":
            return self._network.batch_get(request, self._program)
        table = self._network.tables[request["TableName"]]
        return {"Query": table.query, "Scan": table.scan}[action](request)

    def _write(self, action: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if action == "SendMessage":
            self._network.send_message(request["MessageBody"])
            return {}
        table = self._network.tables[request["TableName"]]
        return {"PutItem": table.put_item, "DeleteItem": table.delete_item}[action](request)


class ThreadConnection:
    """`ThreadedClient` for one program: its event loop runs in the program's own thread."""

    def __init__(self, network: Network, program: Program) -> None:
        self.retry_policy = NO_WAIT
        self._connection = Connection(network, program)
        self._runner = asyncio.Runner()

    async def call(
        self,
        operation: Operation,
        request: Mapping[str, Any],
        decode: Callable[[bytes], ResultT],
    ) -> ResultT:
        """See `ThreadedClient.call`."""
        return await self._connection.call(
            operation,
            json.dumps(request).encode(),
            lambda response: decode_json(response.body, decode),
        )

    def run(self, coroutine: Coroutine[Any, Any, ResultT]) -> ResultT:
        """See `ThreadedClient.run`."""
        return self._runner.run(coroutine)

    def map(
        self,
        function: Callable[[ArgumentT], Coroutine[Any, Any, ResultT]],
        arguments: Iterable[ArgumentT],
    ) -> Iterator[ResultT]:
        """See `ThreadedClient.map`."""
        return (self.run(function(argument)) for argument in arguments)

    def close(self) -> None:
        """See `ThreadedClient.close`."""
        self._runner.close()


def _apply(write: Callable[[], object]) -> None:
    """Apply a write that no program waits for."""
    with suppress(AwsError):
        write()

"""What may happen in one step of a history."""

import random
from collections.abc import Callable
from typing import Any, Final

from trials.checker.actors import Actor
from trials.checker.aws.table import Key
from trials.checker.forgery import forge
from trials.checker.senders import KEYS, Senders
from trials.checker.world import World

_HOUR_MS: Final = 60 * 60 * 1000
_DAY_MS: Final = 24 * _HOUR_MS
_LONGEST_JUMP_MS: Final = 20 * _HOUR_MS
_TICKS_MS: Final = (0, 1, 20, 300)
_MOST_ACTORS: Final = 10
_MOST_TOOLS: Final = 4
_MOST_TURNS: Final = 5
_TURNS_TO_OVERTAKE: Final = 30
_FAILURE_RATES: Final = (0.0, 0.02, 0.1, 0.2, 0.4)
_RARELY: Final = 0.004


class Steps:
    """Lets random things happen in a world."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self._world = world
        self._chance = chance
        self._senders = Senders(chance)
        self._events: dict[Callable[[], object], int] = {
            self._send: 24,
            self._overtake: 3,
            self._resume: 80,
            self._poll: 30,
            world.rows.catch_up: 1,
            self._catch_up_a_little: 4,
            world.network.deliver_late: 3,
            self._start_tool: 5,
            self._kill: 1,
            self._disturb_delivery: 2,
            self._change_failure_rate: 1,
        }
        self._rare_events = (self._recreate_stream, self._let_hours_go_by, self._forge)

    def take(self) -> None:
        """Let one thing happen.

        Raises:
            CheckFailedError: it must not happen.
        """
        self._world.clock.now_ms += self._chance.choice(_TICKS_MS)
        (event,) = self._chance.choices(list(self._events), list(self._events.values()))
        event()
        if self._chance.random() < _RARELY:
            self._chance.choice(self._rare_events)()
        self._world.check_findings()

    def draw_erased(self) -> str | None:
        """Draw the user who is erased at the end of a settlement; mostly nobody."""
        return self._senders.draw_user() if self._is_likely(0.2) else None

    def rest(self) -> None:
        """Let days go by after a settlement, when nothing is under way that could be lost."""
        self._change_failure_rate()
        if self._is_likely(0.5):
            self._world.let_time_go_by(self._chance.randint(1, 9) * _DAY_MS)
            self._world.stream.has_lost = False

    def _send(self) -> None:
        self._change(self._senders.draw_key())

    def _overtake(self) -> None:
        """Change the record that a tool has just read, and deliver that while the tools wait."""
        key = self._world.commands.last_read
        if key not in KEYS:  # a tool may also look where no sender writes
            return
        self._change(key)
        for _ in range(_TURNS_TO_OVERTAKE):
            self._poll()
            streams = [actor for actor in self._world.actors if actor.name == "stream"]
            if streams:
                self._world.resume(self._chance.choice(streams))

    def _change(self, key: Key) -> None:
        item = self._world.commands.items.get(key)
        if item is None:
            self._world.change(key, self._senders.create(key))
        elif self._is_likely(0.75):
            self._world.change(key, self._senders.change(item))
        else:
            self._world.change(key, None, is_expiry=self._is_likely(0.3))

    def _resume(self) -> None:
        for _ in range(self._chance.randint(1, _MOST_TURNS)):
            actors = self._world.actors
            if actors:
                (actor,) = self._chance.choices(actors, [actor.speed for actor in actors])
                self._world.resume(actor)

    def _poll(self) -> None:
        if len(self._world.actors) < _MOST_ACTORS:
            self._world.source.poll(self._chance.choice(self._world.stream.lanes))

    def _catch_up_a_little(self) -> None:
        self._world.rows.catch_up(self._chance.randrange(10))

    def _start_tool(self) -> None:
        world = self._world
        if sum(actor.name != "stream" for actor in world.actors) >= _MOST_TOOLS:
            return
        tools = world.tools
        user_id = self._senders.draw_user()
        segments, lag_s = self._chance.randint(1, 3), self._chance.choice((0.0, 1.0, 5.0))
        programs: dict[str, Callable[[Actor[Any]], object]] = {
            "redrive queue": lambda me: tools.redrive(me, "queue"),
            "redrive s3": lambda me: tools.redrive(me, "s3"),
            "rebuild": lambda me: tools.rebuild(me, segments),
            "verify": lambda me: tools.verify(me, segments, lag_s=lag_s, is_repairing=True),
        }
        if self._is_likely(0.3):
            programs["erase"] = lambda me: tools.erase(me, user_id, lag_s)
        name = self._chance.choice(list(programs))
        world.start(name, programs[name])

    def _kill(self) -> None:
        if self._world.actors:
            self._world.kill(self._chance.choice(self._world.actors))

    def _disturb_delivery(self) -> None:
        source = self._world.source
        disturb = self._chance.choice((source.give_up, source.go_back))
        disturb(self._chance.choice(self._world.stream.lanes))

    def _change_failure_rate(self) -> None:
        self._world.network.failure_rate = self._chance.choice(_FAILURE_RATES)

    def _recreate_stream(self) -> None:
        """Recreate the stream, at times with a gap in which changes are made."""
        stream = self._world.stream
        stream.is_enabled = False
        for _ in range(self._chance.choice((0, 0, 3))):
            self._send()
        self._world.clock.now_ms += 1000
        stream.recreate()
        stream.is_enabled = True
        self._world.note("the stream is recreated")

    def _forge(self) -> None:
        forge(self._world, self._chance)

    def _let_hours_go_by(self) -> None:
        """Let hours go by, at the end of which no program of before is left."""
        world = self._world
        while world.actors:
            end = self._chance.choice((world.kill, world.finish))
            end(world.actors[-1])
        world.network.deliver_late(is_all=True)
        world.let_time_go_by(self._chance.randint(_HOUR_MS, _LONGEST_JUMP_MS))

    def _is_likely(self, probability: float) -> bool:
        return self._chance.random() < probability

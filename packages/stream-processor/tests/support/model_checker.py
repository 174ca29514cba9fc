"""Runs actors in every interleaving of their I/O: a model checker.

Each actor is a plain function in a greenlet of its own, and may run an event loop of its own. It
stops before each call of a port and goes on when it is chosen. An actor's next step depends only on
the results of its calls, so the state of a run is the world's state and these results; a state seen
before is not explored again. Runs are repeated from the start for every branch, since a greenlet
cannot be copied.
"""

import asyncio
from contextlib import suppress

from greenlet import GreenletExit, getcurrent, greenlet

from .fakes import WriteOneByOne
from .memory_loop import KilledError, away_from_loop


class Scheduled(WriteOneByOne):
    """A port of one actor: before each call, other actors may run.

    `is_remembered`: the results of the calls affect what the actor does after its next step.
    `free_calls`: the number of calls that belong to the actor's current step.
    """

    def __init__(self, port, *, is_remembered=True):
        self.free_calls = 0
        self._port = port
        self._is_remembered = is_remembered

    def __getattr__(self, name):
        method = getattr(self._port, name)

        def call(*args, **kwargs):
            if self.free_calls:
                self.free_calls -= 1
            else:
                pause()
            result = method(*args, **kwargs)
            if self._is_remembered:
                getcurrent().results.append(repr(result))
            return result

        return call


def pause(until=lambda: True):
    """End a step; the actor's next one can be chosen once the condition holds."""
    actor = getcurrent()
    actor.can_go_on = until
    actor.steps += 1
    try:
        with away_from_loop():
            actor.parent.switch()
    except GreenletExit:
        # The run is given up. A task would keep this exception to itself, and the next one run.
        _end_loop()
        raise


def _end_loop():
    loop = asyncio._get_running_loop()  # noqa: SLF001
    if loop is not None:
        loop.kill()
        raise KilledError


def _until_killed(run):
    def run_quietly():
        with suppress(KilledError):
            run()

    return run_quietly


class _Actor(greenlet):
    def __init__(self, run):
        super().__init__(_until_killed(run))
        self.results = []
        self.steps = 0
        self.can_go_on = lambda: True
        self.switch()

    @property
    def is_ready(self):
        return not self.dead and self.can_go_on()


class _Run:
    def __init__(self, make_world, schedule):
        self.world = make_world()
        self.actors = [_Actor(run) for run in self.world.actors]
        self.schedule = []
        for index in schedule:
            self.step(index)

    def step(self, index):
        self.actors[index].switch()
        self.schedule.append(index)

    def state(self):
        locals_ = tuple((each.dead, each.steps, *each.results) for each in self.actors)
        return hash((self.world.state(), locals_))

    def list_ready(self):
        return [index for index, each in enumerate(self.actors) if each.is_ready]


def explore(make_world):
    """Run a world in every interleaving of its actors; return the number of states.

    A world has `actors` (functions without arguments), `state()` (as text) and `check()`,
    which is called after all actors have ended, and raises if something is wrong.
    """
    seen = set()
    schedules = [()]
    while schedules:
        run = _Run(make_world, schedules.pop())
        while (state := run.state()) not in seen:
            seen.add(state)
            ready = run.list_ready()
            if not ready:
                _check_end(run)
                break
            schedules += [(*run.schedule, index) for index in ready[1:]]
            run.step(ready[0])
    return len(seen)


def _check_end(run):
    assert all(each.dead for each in run.actors), "an actor waits for a condition that never holds"
    try:
        run.world.check()
    except AssertionError as error:
        error.add_note(f"in the interleaving {run.schedule}")
        raise

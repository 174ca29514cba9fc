"""One history: random steps, with a rest now and then."""

import random
from typing import Final

from trials.checker.expected.judge import CheckFailedError, listening_to_logs
from trials.checker.settlement import settle
from trials.checker.steps import Steps
from trials.checker.world import World

_STEPS_TO_A_REST: Final = 500
_KEEPING: Final = 0.2
"""Share of the histories in which rows outlive their expired command records."""


def run_history(seed: int, count: int) -> str:
    """Run a history; return what it did.

    Args:
        count: number of steps.

    Raises:
        CheckFailedError: the system did what it must not do; with the last events.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable
    world = World(chance, keeps_expired=chance.random() < _KEEPING)
    steps = Steps(world, chance)
    rests = number = 0
    with listening_to_logs(world.note_log):
        try:
            for number in range(1, count + 1):
                steps.take()
                if number == count or chance.random() < 1 / _STEPS_TO_A_REST:
                    settle(world, steps.draw_erased())
                    rests += 1
                    steps.rest()
        except CheckFailedError as error:
            events = "\n  ".join(world.events)
            raise CheckFailedError(f"at step {number}: {error}\n  {events}") from error
        finally:
            for actor in world.actors:
                actor.kill()
    return (
        f"{count:,} steps, {world.changes:,} changes, {rests} rests, "
        f"{world.queue.sent:,} quarantined, {world.bucket.added} batches discarded"
    )

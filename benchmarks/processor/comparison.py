"""Two sides that take turns, so that whatever else the machine does meets both alike."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from benchmarks.measured_process import Usage

Side: TypeAlias = Callable[[], Usage]


@dataclass(frozen=True, slots=True)
class Compared:
    """One quantity of both sides: the median of the rounds, and of the rounds' ratios."""

    ours: float
    reference: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What each round took, ours and the reference's."""

    rounds: list[tuple[Usage, Usage]]

    def compare(self, quantity: Callable[[Usage], float]) -> Compared:
        """Compare one quantity; the ratio is ours to the reference's."""
        pairs = [(quantity(ours), quantity(reference)) for ours, reference in self.rounds]
        return Compared(
            ours=median(ours for ours, _ in pairs),
            reference=median(reference for _, reference in pairs),
            ratio=median(ours / reference for ours, reference in pairs),
        )


def take_turns(ours: Side, reference: Side, rounds: int) -> Comparison:
    """Measure both sides in turn, after one round that does not count."""
    ours(), reference()
    return Comparison([(ours(), reference()) for _ in range(rounds)])

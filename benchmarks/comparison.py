"""Sides that take turns, so that whatever else the machine does meets all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeAlias, TypeVar

MeasuredT = TypeVar("MeasuredT")

Side: TypeAlias = Callable[[], MeasuredT]


@dataclass(frozen=True, slots=True)
class Comparison(Generic[MeasuredT]):
    """What was measured in each round, by the names of the sides."""

    rounds: list[Mapping[str, MeasuredT]]

    def get_median(self, side: str, quantity: Callable[[MeasuredT], float]) -> float:
        """Take the median of the rounds for one side's quantity."""
        return median(quantity(measured[side]) for measured in self.rounds)

    def get_sum(self, side: str, quantity: Callable[[MeasuredT], int]) -> int:
        """Add up the rounds for one side's quantity."""
        return sum(quantity(measured[side]) for measured in self.rounds)

    def get_ratio(self, side: str, other: str, quantity: Callable[[MeasuredT], float]) -> float:
        """Take the median of the rounds' ratios, of one side's quantity to another's."""
        return median(
            quantity(measured[side]) / quantity(measured[other]) for measured in self.rounds
        )


def take_turns(sides: Mapping[str, Side[MeasuredT]], rounds: int) -> Comparison[MeasuredT]:
    """Measure all sides in turn, after one round that does not count."""
    for measure in sides.values():
        measure()
    return Comparison([{name: measure() for name, measure in sides.items()} for _ in range(rounds)])

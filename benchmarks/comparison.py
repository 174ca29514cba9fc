"""Measures several sides in turn, so that other load on the machine affects all of them alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final, Generic, TypeAlias, TypeVar

MeasuredT = TypeVar("MeasuredT")

Side: TypeAlias = Callable[[], MeasuredT]

OURS: Final = "ours"
REFERENCE: Final = "reference"


@dataclass(frozen=True, slots=True)
class Comparison(Generic[MeasuredT]):
    """The measurements of each round, by side."""

    rounds: list[Mapping[str, MeasuredT]]

    def get_median(self, side: str, quantity: Callable[[MeasuredT], float]) -> float:
        """Return the median over the rounds of a side's quantity."""
        return median(quantity(measured[side]) for measured in self.rounds)

    def get_sum(self, side: str, quantity: Callable[[MeasuredT], int]) -> int:
        """Return the sum over the rounds of a side's quantity."""
        return sum(quantity(measured[side]) for measured in self.rounds)

    def get_ratio(self, side: str, other: str, quantity: Callable[[MeasuredT], float]) -> float:
        """Return the median over the rounds of the ratio of two sides' quantities."""
        return median(
            quantity(measured[side]) / quantity(measured[other]) for measured in self.rounds
        )


def take_turns(sides: Mapping[str, Side[MeasuredT]], rounds: int) -> Comparison[MeasuredT]:
    """Measure all sides in each round, after a warm-up round."""
    for measure in sides.values():
        measure()
    return Comparison([{name: measure() for name, measure in sides.items()} for _ in range(rounds)])


@dataclass(frozen=True, slots=True)
class Compared:
    """One quantity of our side and of the reference, and the ratio of ours to the reference's."""

    ours: float
    reference: float
    ratio: float

    def format(self, name: str, precision: str) -> tuple[str, str, str, str]:
        """Render the cells of a report's row."""
        return (
            name,
            format(self.ours, precision),
            format(self.reference, precision),
            f"{self.ratio:.2f}",
        )


def compare_with_reference(
    comparison: Comparison[MeasuredT], quantity: Callable[[MeasuredT], float]
) -> Compared:
    """Compare a quantity of the sides `OURS` and `REFERENCE`."""
    return Compared(
        ours=comparison.get_median(OURS, quantity),
        reference=comparison.get_median(REFERENCE, quantity),
        ratio=comparison.get_ratio(OURS, REFERENCE, quantity),
    )

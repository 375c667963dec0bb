"""What an account's first exchanges came to: a few sums that add up over processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from gauger.model.signature import FAMILIES


@dataclass(slots=True)
class Sums:
    """Of one account or of one exchange: how many, in how many each family spoke, and for each
    network (by its number) the weight of the best trait of each family, summed."""

    exchanges: int = 0
    spoke: list[int] = field(default_factory=lambda: [0] * len(FAMILIES))
    weights: dict[int, list[float]] = field(default_factory=dict)

    def add(self, other: Sums) -> None:
        """Takes in another's."""
        self.exchanges += other.exchanges
        for family, count in enumerate(other.spoke):
            self.spoke[family] += count
        for number, weights in other.weights.items():
            held = self.weights.setdefault(number, [0.0] * len(FAMILIES))
            for family, weight in enumerate(weights):
                held[family] += weight

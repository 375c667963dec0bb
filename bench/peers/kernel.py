"""Unbiased squared maximum mean discrepancy of many pairs of samples of one pool at once.

Gretton et al., JMLR 2012. A sample is a column of 0 and 1 over the pool, so sums over kernel
values of all samples are matrix products, a block of the kernel at a time: the same numbers as
one pair after another, and minutes become seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from bench.peers.embedding import Vectors

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

BLOCK: Final = 1_024


def squared_distances(one: Vectors, other: Vectors) -> Vectors:
    """Squared Euclidean distances between unit vectors."""
    squared: Vectors = one @ other.T
    np.subtract(1.0, squared, out=squared)
    squared *= 2.0
    np.maximum(squared, 0.0, out=squared)
    return squared


def median_distance(vectors: Vectors, sample: int, rng: np.random.Generator) -> float:
    """The median positive distance between some of the vectors: the kernel's bandwidth."""
    rows = rng.choice(len(vectors), size=min(sample, len(vectors)), replace=False)
    squared = squared_distances(vectors[rows], vectors[rows])
    upper = squared[np.triu_indices(len(rows), k=1)]
    positive = upper[upper > 0]
    return float(np.sqrt(np.median(positive))) if len(positive) else 1.0


@dataclass(frozen=True, slots=True)
class Kernel:
    """The mean of Gaussian kernels of 0.5, 1, 2 and 4 times a bandwidth."""

    bandwidth: float

    def of(self, one: Vectors, other: Vectors) -> Vectors:
        """Kernel values; a bandwidth twice as wide is a fourth root."""
        narrow = squared_distances(one, other)
        narrow /= -2.0 * (4.0 * self.bandwidth) ** 2
        widest = np.exp(narrow, out=narrow)
        total = widest.copy()
        power = widest
        for _ in range(3):
            power = power**2
            power *= power
            total += power
        total /= 4.0
        return total


def within(kernel: Kernel, pool: Vectors, samples: list[Rows]) -> Floats:
    """Mean kernel value of each sample with itself, its diagonal left out."""
    columns, size = _columns(len(pool), samples), len(samples[0])
    sums = np.zeros(len(samples))
    for start in range(0, len(pool), BLOCK):
        block = slice(start, start + BLOCK)
        sums += _dot(columns[block], kernel.of(pool[block], pool) @ columns)
    # k(x, x) is 1; a row that a sample holds twice keeps its off-diagonal pairs, as drawn.
    return (sums - size) / (size * (size - 1))


def discrepancies(kernel: Kernel, pool: Vectors, ones: list[Rows], others: list[Rows]) -> Floats:
    """Unbiased squared discrepancy of each sample from its partner of the same size."""
    left, right = _columns(len(pool), ones), _columns(len(pool), others)
    size = len(ones[0])
    own, crossed = np.zeros(len(ones)), np.zeros(len(ones))
    for start in range(0, len(pool), BLOCK):
        block = slice(start, start + BLOCK)
        values = kernel.of(pool[block], pool)
        reached = values @ right
        crossed += _dot(left[block], reached)
        own += _dot(right[block], reached) + _dot(left[block], values @ left)
    return (own - 2 * size) / (size * (size - 1)) - 2.0 * crossed / (size * size)


def _dot(one: Vectors, other: Vectors) -> Floats:
    sums: Floats = np.einsum("ij,ij->j", one, other, dtype=np.float64)
    return sums


def _columns(height: int, samples: list[Rows]) -> Vectors:
    columns = np.zeros((height, len(samples)), np.float32)
    for number, rows in enumerate(samples):
        np.add.at(columns[:, number], rows, 1.0)
    return columns

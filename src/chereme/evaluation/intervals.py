"""How far a score may be off, and whether one model is really better than another."""

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

ROUNDS = 2000
"""Of the bootstrap."""


def wilson_interval(correct: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927): 109 of 120 → (0.843, 0.948).

    It counts clips, not people: with few signers the next person may well fall outside.
    """
    if n == 0:
        return 0.0, 1.0
    z = 1.959964
    share = correct / n
    centre = share + z * z / (2 * n)
    spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (centre - spread) / (1 + z * z / n), (centre + spread) / (1 + z * z / n)


def clustered_interval(
    values: NDArray[np.floating] | NDArray[np.bool_], groups: Sequence[str | None] | NDArray[np.object_], seed: int = 0
) -> tuple[float, float] | None:
    """95 % interval of the mean of `values` [n], by drawing whole groups again with replacement (Efron 1979).

    Clips of one signer belong together: people are drawn, not clips. Values without a group (None) are left out. None
    when there are fewer than two groups. With few groups it is still too narrow. The same seed, the same interval.
    """
    known = np.array([group is not None for group in groups], dtype=bool)
    names, of_group = np.unique(np.asarray(groups, dtype=object)[known].astype(str), return_inverse=True)
    if len(names) < 2:
        return None
    sums = np.bincount(of_group, weights=np.asarray(values, dtype=np.float64)[known], minlength=len(names))
    sizes = np.bincount(of_group, minlength=len(names))
    drawn = np.random.default_rng(seed).integers(len(names), size=(ROUNDS, len(names)))
    low, high = np.percentile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), [2.5, 97.5])
    return float(low), float(high)


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value that two models are equally good (McNemar 1947), from the clips that one alone got right.

    Clips are taken as independent, which those of one signer are not: see `clustered_interval` of the difference.
    """
    n = only_first + only_second
    tail = sum(math.comb(n, count) for count in range(min(only_first, only_second) + 1))
    return min(1.0, float(Fraction(2 * tail, 2**n)))

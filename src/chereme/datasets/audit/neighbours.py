"""Which rows lie within a small radius of which: exact, without comparing everything with everything.

Two rows that are near each other are near along every direction. So both sides are sorted along the direction in which
the rows spread most, and each block of queries meets only the stretch of rows that it can reach.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

_BLOCK = 256


def near_rows(
    queries: NDArray[np.float32],
    rows: NDArray[np.float32],
    radius: float,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]:
    """Pairs of indices into queries [q, d] and rows [n, d] at a Euclidean distance below the radius, in portions, with
    the squares of their distances."""
    if len(queries) == 0 or len(rows) == 0:
        return
    direction = _widest(rows)
    along = rows @ direction
    order = np.argsort(along)
    rows, along = rows[order], along[order]
    asked = queries @ direction
    turn = np.argsort(asked)
    squares = np.einsum("nd,nd->n", rows, rows)
    for first in range(0, len(queries), _BLOCK):
        mine = turn[first : first + _BLOCK]
        low = np.searchsorted(along, asked[mine[0]] - radius)
        high = np.searchsorted(along, asked[mine[-1]] + radius, side="right")
        block = queries[mine]
        for begin in range(int(low), int(high), 65_536):
            reach = slice(begin, min(begin + 65_536, int(high)))
            squared = squares[reach] - 2.0 * (block @ rows[reach].T)
            squared += np.einsum("qd,qd->q", block, block)[:, None]
            query, row = np.nonzero(squared < radius**2)
            yield mine[query], order[reach][row], squared[query, row]
        if progress:
            progress(min(first + _BLOCK, len(queries)), len(queries))


def _widest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first principal direction, of an even choice of rows where there are many."""
    some = rows[:: max(1, len(rows) // 20_000)].astype(np.float64)
    values, vectors = np.linalg.eigh(np.cov(some, rowvar=False) if len(some) > 1 else np.eye(some.shape[1]))
    widest: NDArray[np.float32] = vectors[:, values.argmax()].astype(np.float32)
    return widest

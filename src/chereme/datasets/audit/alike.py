"""Clips that are all but copies: stills of one burst, re-encoded, cut, moved, turned, scaled, mirrored, slowed copies.

Three moments of each clip are sought among the handshapes of all others; a pair that shares two of them is fitted, and
counts when no more is left over than a detector trembles. How far that is was measured on public sets, see
docs/how-to/know-your-data.md.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.fitting import Fit, affine, fit, hand_points, movement
from chereme.datasets.audit.handshapes import DIMENSIONS, Handshapes, handshapes
from chereme.datasets.audit.neighbours import near_rows
from chereme.datasets.dataset import SignDataset

STILL = 0.04
"""Most that may be left over, in sizes of the hand, where the hands hardly move: little tells two takes apart."""

STILL_CHANGED = 0.02
"""The same for still clips that had to be mirrored, turned or scaled to fit: hands held the same way do that too."""

MOVING = 0.08
"""The same for clips with a movement, which nobody repeats so exactly."""

MOVEMENT = 0.75
"""From which spread of the hands' places on, in sizes of the hand, a clip is a movement."""

NEAR = "near-copy"

COVERED = 0.8
"""Share of the shorter clip that must be in the longer one."""

_STRETCHES = (0.22, 0.4, 0.6, 0.78)
"""Between these shares of a clip its three moments are taken: inside of what a trimmed copy keeps."""

_RADIUS = 0.2
"""Of handshapes, for a first look."""

_LOOSELY = 2.0
"""How much more may be left over while only three moments have been fitted."""

_FITS = 8192
"""Pairs fitted at once."""


@dataclass(frozen=True)
class Pair:
    """Two samples, by index, and how one lies upon the other."""

    first: int
    second: int
    fit: Fit
    how: str
    """`near-copy`, or what was done to it: `mirrored`, `turned`, `scaled`, `other speed`."""


@dataclass(frozen=True)
class Alike:
    """Samples, by index, that hang together by pairs."""

    members: tuple[int, ...]
    pairs: tuple[Pair, ...]


def find_alike(
    dataset: SignDataset, first_of: NDArray[np.int64], progress: Callable[[int, int], None] | None = None
) -> tuple[Alike, ...]:
    """All groups of clips that are alike; of byte-identical clips only the first takes part. Clips without hands have
    none. first_of: as `first_of_copies` found it."""
    shapes = handshapes(dataset)
    bounds = np.searchsorted(shapes.clips, np.arange(len(dataset) + 1))
    apart = _Groups(len(dataset))
    pairs: list[Pair] = []
    candidates = list(_candidates(dataset, shapes, bounds, first_of))
    for number, (first, second, mirrored) in enumerate(candidates):
        if progress and number % 256 == 0:
            progress(number, len(candidates))
        if apart.together(first, second):
            continue
        (a, shape_a), (b, shape_b) = (
            _clip(dataset, shapes, slice(bounds[clip], bounds[clip + 1])) for clip in (first, second)
        )
        found = fit(a, b, (shape_a, shape_b), dataset.layout, mirrored=mirrored)
        how = _how(found)
        if found.covered >= COVERED and found.residual < _most(found, how):
            apart.join(first, second)
            pairs.append(Pair(first, second, found, how))
    gathered: dict[int, list[Pair]] = {}
    for pair in pairs:
        gathered.setdefault(apart.root(pair.first), []).append(pair)
    return tuple(
        Alike(tuple(sorted({clip for pair in mine for clip in (pair.first, pair.second)})), tuple(mine))
        for _, mine in sorted(gathered.items())
    )


def _candidates(
    dataset: SignDataset, shapes: Handshapes, bounds: NDArray[np.int64], first_of: NDArray[np.int64]
) -> Iterator[tuple[int, int, bool]]:
    """Pairs of clips of which every moment of one occurs in the other; as they are first, then mirrored."""
    count = len(bounds) - 1
    searched = (np.diff(bounds) > 0) & (first_of == np.arange(count))
    moments = np.array(
        [moment for clip in np.flatnonzero(searched) for moment in _moments(shapes, *bounds[clip : clip + 2])],
        dtype=np.int64,
    ).reshape(-1, len(_STRETCHES) - 1)
    for mirrored in (False, True):
        queries = shapes.shapes[moments.ravel()]
        if mirrored:
            queries = np.concatenate([queries[:, DIMENSIONS:], queries[:, :DIMENSIONS]], axis=1)
        askers, rows = _where_all_occur(queries, shapes, moments.shape[1], searched)
        for begin in range(0, len(askers), _FITS):
            part = slice(begin, begin + _FITS)
            asked, told = moments[askers[part]], rows[part]
            first, second = (_hands(dataset, shapes, frames) for frames in (asked, told))
            if mirrored:
                half = second.shape[2] // 2
                second = np.concatenate([second[:, :, half:], second[:, :, :half]], axis=2) * (-1.0, 1.0)
            flat = (len(first), -1, 2)
            residual = affine(first.reshape(flat), second.reshape(flat)).residual
            good = residual < _LOOSELY * np.where(movement(first) >= MOVEMENT / 2, MOVING, STILL)
            pairs = np.sort(np.stack([shapes.clips[asked[:, 0]], shapes.clips[told[:, 0]]], axis=1)[good], axis=1)
            for one, other in pairs:
                yield int(one), int(other), mirrored


def _where_all_occur(
    queries: NDArray[np.float32], shapes: Handshapes, together: int, searched: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which clips have all moments of another: the number of the asking clip [n] and the nearest frames [n, together].

    queries: `together` moments of each asking clip, one clip after the other.
    """
    count = len(searched)
    own = np.flatnonzero(searched)
    nearest = [np.zeros((0, 3))]
    for query, row, squared in near_rows(queries, shapes.shapes, _RADIUS):
        other = searched[shapes.clips[row]] & (shapes.clips[row] != own[query // together])
        key = query[other] * count + shapes.clips[row[other]]
        order = np.lexsort((squared[other], key))
        key, at = np.unique(key[order], return_index=True)
        nearest.append(np.stack([key, row[other][order][at], squared[other][order][at]], axis=1))
    found = np.concatenate(nearest)
    found = found[np.lexsort((found[:, 2], found[:, 0]))]
    key, at = np.unique(found[:, 0].astype(np.int64), return_index=True)
    row = found[at, 1].astype(np.int64)
    moment, clip = np.divmod(key, count)
    order = np.lexsort((moment, clip, moment // together))
    moment, clip, row = moment[order], clip[order], row[order]
    pair = (moment // together) * count + clip
    whole = np.flatnonzero(pair[: len(pair) - together + 1] == pair[together - 1 :])
    return moment[whole] // together, row[whole[:, None] + np.arange(together)]


def _hands(dataset: SignDataset, shapes: Handshapes, frames: NDArray[np.int64]) -> NDArray[np.float64]:
    """Hand points of frames [n, k]: [n, k, hand points, 2], x times aspect."""
    points = dataset.points[shapes.rows[frames.ravel()]][:, hand_points(dataset.layout), :2].astype(np.float64)
    points[..., 0] *= shapes.aspects[shapes.clips[frames.ravel()], None]
    return points.reshape(*frames.shape, -1, 2)


def _moments(shapes: Handshapes, start: int, end: int) -> Iterator[int]:
    """The stillest frame of each stretch: a copy at another speed has one like it."""
    moved = np.linalg.norm(np.diff(shapes.shapes[start:end], axis=0), axis=1)
    pace = np.maximum(np.append(moved, 0.0), np.insert(moved, 0, 0.0))
    cuts = [int((end - start) * share) for share in _STRETCHES]
    for low, high in pairwise(cuts):  # a short clip has a moment more than once
        yield start + low + int(pace[low : max(high, low + 1)].argmin())


def _clip(dataset: SignDataset, shapes: Handshapes, frames: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The frames of one clip that show a hand, and their handshapes."""
    points = dataset.points[shapes.rows[frames]][..., :2].astype(np.float32)
    points[..., 0] *= shapes.aspects[shapes.clips[frames], None]
    return points, shapes.shapes[frames]


def _most(found: Fit, how: str) -> float:
    if found.movement >= MOVEMENT:
        return MOVING
    return STILL if how == NEAR else STILL_CHANGED


def _how(found: Fit) -> str:
    done = [
        word
        for word, so in (
            ("mirrored", found.mirrored),
            ("turned", abs(found.turned) > 3.0),
            ("scaled", abs(np.log(found.scaled)) > 0.05),
            ("other speed", found.movement >= MOVEMENT and abs(found.speed - 1.0) > 0.1),
        )
        if so
    ]
    return ", ".join(done) or NEAR


class _Groups:
    """Disjoint sets of indices."""

    def __init__(self, count: int) -> None:
        self._above = list(range(count))

    def root(self, index: int) -> int:
        path = [index]
        while self._above[path[-1]] != path[-1]:
            path.append(self._above[path[-1]])
        for lower, _ in pairwise(path):
            self._above[lower] = path[-1]
        return path[-1]

    def together(self, first: int, second: int) -> bool:
        return self.root(first) == self.root(second)

    def join(self, first: int, second: int) -> None:
        self._above[self.root(second)] = self.root(first)

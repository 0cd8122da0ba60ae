"""The shape of the hands in a frame as numbers that stay when the picture is moved, scaled, turned or mirrored.

They are distances between points of a hand, by their own root mean square. A mirrored frame has the same numbers with
left and right exchanged.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.aspect import estimate_aspect
from chereme.datasets.dataset import SignDataset

HANDS = ("left_hand", "right_hand")

_PAIRS = np.array(
    [
        *((0, 4), (0, 8), (0, 12), (0, 16), (0, 20)),  # how far each finger reaches
        *((4, 8), (8, 12), (12, 16), (16, 20), (4, 20), (4, 12)),  # how far the tips are apart
        *((5, 8), (9, 12), (13, 16), (17, 20), (2, 4)),  # how bent each finger is
        *((0, 5), (5, 17), (0, 17), (0, 9)),  # how the palm is turned
    ]
)

DIMENSIONS = len(_PAIRS)
"""Of one hand."""

_ROWS = 16_384
"""Frames worked on at once."""


@dataclass(frozen=True, eq=False)
class Handshapes:
    """Frames in which a hand is seen.

    shapes: float32 [frames, 2 · DIMENSIONS], left hand then right; zeros for a hand that is not seen.
    rows: int64 [frames], into the dataset's array. clips: int64 [frames], which sample, in rising order.
    aspects: float64 [samples], of each clip's picture, stated or estimated.
    """

    shapes: NDArray[np.float32]
    rows: NDArray[np.int64]
    clips: NDArray[np.int64]
    aspects: NDArray[np.float64]


def handshapes(dataset: SignDataset) -> Handshapes:
    aspects = clip_aspects(dataset)
    spans = dataset.samples.spans
    lengths = spans[:, 1] - spans[:, 0]
    clips = np.repeat(np.arange(len(dataset)), lengths)
    rows = np.arange(len(clips)) + np.repeat(spans[:, 0] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    shapes, seen = [np.zeros((0, 2 * DIMENSIONS), np.float32)], [np.zeros(0, np.bool_)]
    for first in range(0, len(rows), _ROWS):
        chosen = slice(first, first + _ROWS)
        found = _of_frames(dataset, rows[chosen], aspects[clips[chosen]])
        has_hand = np.logical_or.reduce(found, axis=1)
        shapes.append(found[has_hand])
        seen.append(has_hand)
    kept = np.concatenate(seen)
    return Handshapes(np.concatenate(shapes), rows[kept], clips[kept], aspects)


def clip_aspects(dataset: SignDataset) -> NDArray[np.float64]:
    """Width / height of each clip's picture; where it is not stated, the dataset's estimate."""
    aspects: NDArray[np.float64] = dataset.column("aspect").copy()
    unknown = np.isnan(aspects)
    if unknown.any():
        aspects[unknown] = estimate_aspect(dataset)
    return aspects


def _of_frames(dataset: SignDataset, rows: NDArray[np.int64], aspects: NDArray[np.float64]) -> NDArray[np.float32]:
    points = dataset.points[rows]
    shapes = np.zeros((len(rows), 2 * DIMENSIONS), dtype=np.float32)
    for place, hand in enumerate(HANDS):
        if hand not in dataset.layout:
            continue
        xy = points[:, dataset.layout.slices[hand], :2].astype(np.float32)
        xy[..., 0] *= aspects[:, None]
        distances = np.linalg.norm(xy[:, _PAIRS[:, 0]] - xy[:, _PAIRS[:, 1]], axis=2)
        size = np.sqrt((distances**2).mean(axis=1, keepdims=True))
        with np.errstate(invalid="ignore", divide="ignore"):
            shape = distances / size
        shapes[:, place * DIMENSIONS : (place + 1) * DIMENSIONS] = np.where(np.isfinite(shape), shape, 0.0)
    return shapes

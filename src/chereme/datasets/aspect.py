"""What the width / height of the pictures was, where a set does not say: the palm tells.

A palm is stiff. Its edges keep their proportions however the hand is turned, but only when the picture is not squeezed.
So the aspect under which the edges vary least is taken, among those that cameras have. No label is looked at.
"""

import numpy as np

from chereme.datasets.dataset import SignDataset

ASPECTS = (9 / 16, 3 / 4, 1.0, 4 / 3, 16 / 9)

UNKNOWN_ASPECT = 4 / 3
"""Where no hand was seen at all: what a webcam gives unless asked otherwise."""

_DEPTHS = (1.0, 1.25, 1.5, 1.75, 2.0)
"""How much MediaPipe underestimates z depends on its version, so it is searched along."""

_EDGES = np.array([(0, 5), (0, 9), (0, 13), (0, 17), (5, 17), (5, 9), (13, 17)])

_FRAMES = 5000
"""Enough for an estimate that no longer moves."""


def estimate_aspect(dataset: SignDataset) -> float:
    """The most likely aspect of a dataset's pictures; samples are evenly chosen, so the answer is always the same."""
    hands = []
    every = max(1, len(dataset) // (_FRAMES // 10))
    for index in range(0, len(dataset), every):
        clip = dataset[index]
        for group in ("left_hand", "right_hand"):
            seen = clip.group(group)[clip.present(group)]
            hands.append(seen[:: max(1, len(seen) // 10)])
    points = np.concatenate(hands).astype(np.float64) if hands else np.zeros((0, 21, 3))
    if len(points) == 0:
        return UNKNOWN_ASPECT
    return min(ASPECTS, key=lambda aspect: min(_looseness(points, aspect, depth) for depth in _DEPTHS))


def _looseness(points: np.ndarray, aspect: float, depth: float) -> float:
    """How much the proportions of the palm's edges vary: median absolute deviation of their logarithms."""
    stretched = points * (aspect, 1.0, aspect * depth)
    edges = np.linalg.norm(stretched[:, _EDGES[:, 0]] - stretched[:, _EDGES[:, 1]], axis=2) + 1e-9
    proportions = np.log(edges) - np.log(edges).mean(axis=1, keepdims=True)
    return float(np.median(np.abs(proportions - np.median(proportions, axis=0)), axis=0).mean())

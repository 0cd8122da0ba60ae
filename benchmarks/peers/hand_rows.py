"""Hands as classifiers without a network like them: their shape apart from where they are."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.frames import at_frames
from chereme.landmarks import LandmarkSequence


def hand_rows(clip: LandmarkSequence, frames: int) -> NDArray[np.float32]:
    """[frames, 2 * (63 + 3)]: of each hand its points from the wrist, by the hand's size, then the wrist's place.

    The place is a fraction of the picture; 0 for a hand that is missing.
    """
    points = at_frames(clip, frames)
    parts = []
    for group in ("left_hand", "right_hand"):
        hand = points[:, clip.layout.slices[group]]
        wrist = hand[:, :1]
        shape = hand - wrist
        size = np.linalg.norm(shape[..., :2], axis=2).max(axis=1)[:, None, None]
        shape = shape / np.maximum(size, 1e-6)
        parts += [shape.reshape(frames, -1), wrist.reshape(frames, -1)]
    rows: NDArray[np.float32] = np.nan_to_num(np.concatenate(parts, axis=1), nan=0.0).astype(np.float32)
    return rows

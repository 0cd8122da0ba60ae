"""Clips as arrays, before any recipe has its way with them."""

import numpy as np
from numpy.typing import NDArray

from chereme.landmarks import LandmarkSequence
from chereme.landmarks.sequence import interpolate


def at_frames(clip: LandmarkSequence, frames: int) -> NDArray[np.float32]:
    """The clip at so many frames, [frames, points, 3], NaN for missing; its first and last frame are kept."""
    source = np.arange(len(clip), dtype=np.float64)
    return interpolate(clip.points, source, np.linspace(0.0, max(len(clip) - 1, 0), frames))


def raw_rows(clip: LandmarkSequence, frames: int = 30) -> NDArray[np.float32]:
    """[frames, values], as tutorials store them: fractions of the picture, pose points with their visibility, 0 for
    what is missing. 258 values of pose and both hands; a face would add 1,404.

    Datasets keep no visibility: it is 1 where the pose was found.
    """
    points = at_frames(clip, frames)
    parts = []
    for group, where in clip.layout.slices.items():
        part = points[:, where]
        if group == "pose":
            seen = ~np.isnan(part).any(axis=2, keepdims=True)
            part = np.concatenate([part, seen.astype(np.float32)], axis=2)
        parts.append(part.reshape(frames, -1))
    return np.nan_to_num(np.concatenate(parts, axis=1), nan=0.0)

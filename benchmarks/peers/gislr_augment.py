"""How the GISLR winner's recipe varies a clip: tempo, mirror, a piece of it, an affine map, and what is left out."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.frames import at_frames
from chereme.landmarks import LandmarkSequence


def augmented(clip: LandmarkSequence, random: np.random.Generator) -> LandmarkSequence:
    if random.random() < 0.8:
        clip = replace(clip, points=at_frames(clip, max(1, round(len(clip) * random.uniform(0.5, 1.5)))))
    if random.random() < 0.5:
        clip = clip.mirror()
    points = clip.points.copy()
    if random.random() < 0.75:
        points[..., :2] = _affine(points[..., :2], random)
    if random.random() < 0.5:  # some moments
        points[_stretch(len(points), random)] = np.nan
    if random.random() < 0.5:  # a square of the picture
        low, side = random.uniform(0.0, 1.0, 2), random.uniform(0.2, 0.4)
        inside = ((points[..., :2] > low) & (points[..., :2] < low + side)).all(axis=-1)
        points[inside] = np.nan
    return replace(clip, points=points)


def _affine(points: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Scaled, sheared, turned about the middle of the picture, and moved."""
    scale, turn = random.uniform(0.8, 1.2), np.deg2rad(random.uniform(-30.0, 30.0))
    shear = random.uniform(-0.15, 0.15)
    slanted = np.array([[1.0, shear], [0.0, 1.0]]) if random.random() < 0.5 else np.array([[1.0, 0.0], [shear, 1.0]])
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    moved: NDArray[np.float32] = (points - 0.5) @ (scale * slanted @ turned) + 0.5 + random.uniform(-0.1, 0.1, 2)
    return moved


def _stretch(frames: int, random: np.random.Generator) -> slice:
    size = int(frames * random.uniform(0.2, 0.4))
    start = int(random.integers(0, frames - size + 1))
    return slice(start, start + size)

"""The clips on which all runtimes must agree, made from what a bundle carries."""

from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from chereme.bundles.read import Bundle
from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import interpolate

GOLDEN_CLIPS = 100


def golden_clips(bundle: Bundle, count: int = GOLDEN_CLIPS) -> list[NDArray[np.float32]]:
    """Clips as the network reads them: float32 [frames, points, 3], x times aspect, NaN = missing.

    First the bundle's exemplars as they are, then again and again in other tempos, tilted, nearer or further, elsewhere
    in the picture, trembling, and with a hand lost in some frames. Each begins and ends with a frame in which something
    is seen. The same bundle gives the same clips; one without exemplars gives none.
    """
    manifest = bundle.manifest
    scale = np.array([manifest.aspect, 1.0, 1.0], dtype=np.float32)
    exemplars = [clip for clip in (_cut(each.points * scale) for each in bundle.exemplars.values()) if len(clip)]
    random = np.random.default_rng(0)
    clips = []
    for place, clip in enumerate(islice(cycle(exemplars), count) if exemplars else ()):
        if place >= len(exemplars):
            clip = _cut(_varied(clip, manifest.layout, random))
        frames = min(max(len(clip), manifest.min_frames), manifest.max_frames)
        clips.append(_in_frames(clip, frames))
    return clips


def shares(logits: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """Probabilities [..., glosses] of logits [..., glosses], as the runtimes are compared by them."""
    scaled = logits / temperature
    raised = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    normalised: NDArray[np.float32] = raised / raised.sum(axis=-1, keepdims=True)
    return normalised


def _varied(clip: NDArray[np.float32], layout: Layout, random: np.random.Generator) -> NDArray[np.float32]:
    frames = max(2, round(len(clip) * random.uniform(0.5, 2.0)))
    points = _in_frames(clip, frames)
    angle = random.uniform(-0.25, 0.25)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points[..., :2] = points[..., :2] @ turn
    points *= random.uniform(0.7, 1.3)
    points[..., :2] += random.uniform(-0.1, 0.1, 2)
    points += random.normal(0.0, 0.002, points.shape)
    groups = [group for group in layout.groups if group.endswith("hand")] or list(layout.groups)
    lost = random.random(frames) < 0.1
    lost[[0, -1]] = False
    points[lost, layout.slices[groups[random.integers(len(groups))]]] = np.nan
    return points.astype(np.float32)


def _in_frames(clip: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
    """The clip stretched or condensed to so many frames."""
    return interpolate(clip, np.arange(len(clip), dtype=np.float64), np.linspace(0.0, len(clip) - 1.0, frames))


def _cut(clip: NDArray[np.float32]) -> NDArray[np.float32]:
    """From the first to the last frame in which anything is seen."""
    seen = np.flatnonzero(~np.isnan(clip[..., 0]).all(axis=1))
    return clip[seen[0] : seen[-1] + 1] if len(seen) else clip[:0]

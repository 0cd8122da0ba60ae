"""What is left of a score when the same clips are filmed otherwise: mirrored, slower, tilted, with hands lost."""

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.dataset import SignDataset
from chereme.evaluation.answers import Answers
from chereme.evaluation.evaluate import answer_clips
from chereme.evaluation.intervals import mcnemar, wilson_interval
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.recognizer import Recognizer

LOST_HANDS = 0.1
"""Share of hand detections that go missing, each hand and frame by itself."""
JITTER = 0.02
"""Standard deviation of the noise on every point, of the hand's length."""
TILT = 15.0
"""Degrees by which the camera leans."""
ZOOM = 0.3
"""Share by which the person comes nearer or goes further away."""

MIRRORED = "mirrored"
"""A left-handed signer's clip."""

Change = Callable[[LandmarkSequence, np.random.Generator], LandmarkSequence]


def changes(fps: float, aspect: float) -> dict[str, Change]:
    """Every change by name. fps and aspect: assumed where a clip does not say its own."""
    return {
        MIRRORED: mirror,
        "half the frame rate": partial(_half_rate, fps=fps),
        "double the frame rate": partial(_double_rate, fps=fps),
        "10 % of hands lost": _lose_hands,
        "jitter": partial(_jitter, aspect=aspect),
        "tilted 15° one way": partial(_tilt, degrees=TILT, aspect=aspect),
        "tilted 15° the other way": partial(_tilt, degrees=-TILT, aspect=aspect),
        "30 % larger": partial(_zoom, factor=1.0 + ZOOM),
        "30 % smaller": partial(_zoom, factor=1.0 - ZOOM),
    }


def mirror(clip: LandmarkSequence, _: np.random.Generator) -> LandmarkSequence:
    return clip.mirror()


def measure_robustness(
    recognizer: Recognizer,
    dataset: SignDataset,
    chosen: NDArray[np.int64],
    unchanged: Answers,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """A `comparison` for each change: the same scored clips beside `unchanged`, the answers to `chosen` as they are.

    The same seed changes a clip in the same way, whatever else is scored.
    """
    scored = np.asarray(chosen)[unchanged.scored]
    before = unchanged.take(unchanged.scored).right
    made = changes(recognizer.manifest.fps, recognizer.manifest.aspect)
    rows = []
    for number, (name, change) in enumerate(made.items()):
        after = answer_clips(
            recognizer,
            dataset,
            scored,
            change=partial(seeded, change=change, seed=(seed, number)),
            progress=partial(_report, progress, number, len(made)) if progress else None,
        ).right
        rows.append(comparison(name, before, after))
    return rows


def comparison(change: str, before: NDArray[np.bool_], after: NDArray[np.bool_]) -> dict[str, Any]:
    """Which of the same clips [n] were right before and after a change, in figures.

    `points_lost` is in percentage points. `lost` and `won` count the clips that are right only without, and only with
    the change; `p` is McNemar's.
    """
    lost, won = int((before & ~after).sum()), int((after & ~before).sum())
    return {
        "change": change,
        "n": len(after),
        "top1": float(after.mean()),
        "interval_95": list(wilson_interval(int(after.sum()), len(after))),
        "points_lost": 100.0 * (lost - won) / len(after),
        "lost": lost,
        "won": won,
        "p": mcnemar(lost, won),
    }


def seeded(clip: LandmarkSequence, name: str, *, change: Change, seed: Sequence[int]) -> LandmarkSequence:
    """The clip of that name after a change that is the same whenever the seed is."""
    return change(clip, np.random.default_rng([*seed, zlib.crc32(name.encode())]))


def _report(progress: Callable[[int, int], None], number: int, of: int, done: int, total: int) -> None:
    progress(number * total + done, of * total)


def _half_rate(clip: LandmarkSequence, _: np.random.Generator, *, fps: float) -> LandmarkSequence:
    """Every second frame."""
    times = None if clip.times is None else clip.times[::2]
    return replace(clip, points=clip.points[::2], fps=(clip.fps or fps) / 2, times=times)


def _double_rate(clip: LandmarkSequence, _: np.random.Generator, *, fps: float) -> LandmarkSequence:
    """A frame between each two."""
    stated = replace(clip, fps=clip.fps or fps)
    return stated.resample(2 * (clip.fps or fps))


def _lose_hands(clip: LandmarkSequence, random: np.random.Generator) -> LandmarkSequence:
    points = clip.points.copy()
    for group in ("left_hand", "right_hand"):
        if group in clip.layout:
            points[random.random(len(clip)) < LOST_HANDS, clip.layout.slices[group]] = np.nan
    return replace(clip, points=points)


def _jitter(clip: LandmarkSequence, random: np.random.Generator, *, aspect: float) -> LandmarkSequence:
    """Each point of each frame is off by itself."""
    wide = np.array([clip.aspect or aspect, 1.0, 1.0], dtype=np.float32)
    noise = random.normal(0.0, JITTER * _hand_length(clip, wide), clip.points.shape).astype(np.float32)
    return replace(clip, points=clip.points + noise / wide)


def _hand_length(clip: LandmarkSequence, wide: NDArray[np.float32]) -> float:
    """From the wrist to the farthest point in the picture plane, of the picture's height: median over what is seen."""
    lengths = []
    for group in ("left_hand", "right_hand"):
        if group in clip.layout and (seen := clip.present(group)).any():
            hand = (clip.group(group)[seen] * wide)[..., :2]
            lengths += np.nanmax(np.linalg.norm(hand - hand[:, :1], axis=-1), axis=1).tolist()
    return float(np.nanmedian(lengths)) if lengths else 0.0


def _tilt(clip: LandmarkSequence, _: np.random.Generator, *, degrees: float, aspect: float) -> LandmarkSequence:
    """About the middle of the picture, in its own proportions."""
    wide, angle = clip.aspect or aspect, math.radians(degrees)
    x, y = (clip.points[..., 0] - 0.5) * wide, clip.points[..., 1] - 0.5
    points = clip.points.copy()
    points[..., 0] = (x * math.cos(angle) - y * math.sin(angle)) / wide + 0.5
    points[..., 1] = x * math.sin(angle) + y * math.cos(angle) + 0.5
    return replace(clip, points=points)


def _zoom(clip: LandmarkSequence, _: np.random.Generator, *, factor: float) -> LandmarkSequence:
    """The picture is cut to its middle, or shows more around it; points may come to lie outside, and stay known."""
    centre = np.array([0.5, 0.5, 0.0], dtype=np.float32)
    return replace(clip, points=(clip.points - centre) * np.float32(factor) + centre)

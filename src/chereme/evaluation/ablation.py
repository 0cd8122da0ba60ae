"""What each part of a person is worth: the same clips again, with one group of landmarks taken away."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.dataset import SignDataset
from chereme.evaluation.answers import Answers
from chereme.evaluation.evaluate import answer_clips
from chereme.evaluation.robustness import comparison
from chereme.landmarks.sequence import LandmarkSequence
from chereme.recognition.recognizer import Recognizer


def measure_ablation(
    recognizer: Recognizer,
    dataset: SignDataset,
    chosen: NDArray[np.int64],
    unchanged: Answers,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[dict[str, Any]]:
    """A `comparison` for each group that the bundle reads and the dataset has, beside `unchanged`, the answers to
    `chosen` as they are.

    The network was trained with all groups, so this says what it leans on, not what one trained without could do. A
    clip in which nothing is left of the hands gets no answer and is wrong.
    """
    scored = np.asarray(chosen)[unchanged.scored]
    before = unchanged.take(unchanged.scored).right
    groups = [group for group in recognizer.manifest.groups if group in dataset.layout]
    rows = []
    for number, group in enumerate(groups):
        tell = partial(_report, progress, number, len(groups)) if progress else None
        after = answer_clips(recognizer, dataset, scored, change=partial(without, group=group), progress=tell).right
        rows.append(comparison(f"without {group}", before, after))
    return rows


def without(clip: LandmarkSequence, name: str = "", *, group: str) -> LandmarkSequence:
    """The clip as if the group had never been detected; `name` makes no difference."""
    points = clip.points.copy()
    points[:, clip.layout.slices[group]] = np.nan
    return replace(clip, points=points)


def _report(progress: Callable[[int, int], None], number: int, of: int, done: int, total: int) -> None:
    progress(number * total + done, of * total)

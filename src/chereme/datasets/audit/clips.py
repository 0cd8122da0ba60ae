"""Clips from which nothing can be learned: no hand in them, or the same frame throughout."""

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.audit.finding import Finding
from chereme.datasets.audit.hands import Sides
from chereme.datasets.audit.handshapes import HANDS
from chereme.datasets.dataset import IDLE, SignDataset
from chereme.datasets.presence import in_frames, portions


def damaged_clips(dataset: SignDataset) -> tuple[Finding, ...]:
    """Clips without a hand, clips that stand still to the last bit, and hands that carry the other one's name.

    The landmarks are read once for all of it.
    """
    count = len(dataset)
    frames = dataset.column("frames").astype(np.int64)
    hands = [hand for hand in HANDS if hand in dataset.layout]
    seen, repeated, sides = np.zeros(count, np.int64), np.zeros(count, np.int64), Sides(dataset)
    for clips, points in portions(dataset):
        present = np.zeros(len(clips), np.bool_)
        for hand in hands:
            present |= in_frames(points[:, dataset.layout.slices[hand]])
        seen += np.bincount(clips[present], minlength=count)
        same = (clips[1:] == clips[:-1]) & _equal(points[1:], points[:-1])
        repeated += np.bincount(clips[1:][same], minlength=count)
        sides.add(clips, points)
    empty = frames == 0
    if hands:
        empty |= (seen == 0) & (dataset.column("gloss") != IDLE)
    frozen = (frames > 1) & (repeated == frames - 1) & (seen > 0)
    ids = dataset.column("id")
    found = []
    if empty.any():
        found.append(_finding("empty", ids[empty], "without a hand in any frame", "leave out or record again"))
    if frozen.any():
        advice = "the camera hung or one picture was repeated: record again, or keep one frame"
        found.append(_finding("frozen", ids[frozen], "the same in every frame", advice))
    return (*found, *sides.findings())


def _finding(check: str, ids: NDArray[np.object_], what: str, advice: str) -> Finding:
    return Finding(check, "warning", f"clips {what}: {len(ids)}", advice, tuple((each,) for each in ids))


def _equal(first: NDArray[np.float16], second: NDArray[np.float16]) -> NDArray[np.bool_]:
    """Frames of the same bits; both missing is the same."""
    equal: NDArray[np.bool_] = (first.view(np.uint16) == second.view(np.uint16)).all(axis=(1, 2))
    return equal

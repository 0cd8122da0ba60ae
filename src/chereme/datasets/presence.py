"""Which groups are seen in which frames, read through the memory map a portion at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from chereme.datasets.dataset import SignDataset

_ROWS = 16_384
"""Frames in a portion, so that a large dataset is never in memory as a whole."""


def portions(dataset: SignDataset) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float16]]]:
    """All clips in order, some at a time: the sample of each frame [frames] and the frames [frames, points, 3].

    A clip is never divided.
    """
    spans = dataset.samples.spans
    lengths = spans[:, 1] - spans[:, 0]
    ends = np.cumsum(lengths)
    first, count = 0, len(dataset)
    while first < count:
        done = ends[first - 1] if first else 0
        after = max(first + 1, int(np.searchsorted(ends, done + _ROWS, side="right")))
        clips = np.repeat(np.arange(first, after), lengths[first:after])
        if (spans[first + 1 : after, 0] == spans[first : after - 1, 1]).all():
            points = dataset.points[spans[first, 0] : spans[after - 1, 1]]
        else:
            places = np.arange(len(clips)) - np.repeat(
                ends[first:after] - lengths[first:after] - done, lengths[first:after]
            )
            points = dataset.points[places + np.repeat(spans[first:after, 0], lengths[first:after])]
        yield clips, points
        first = after


def seen_frames(dataset: SignDataset) -> dict[str, NDArray[np.int64]]:
    """For each group, in how many frames of each clip it is seen: group → [samples]."""
    seen = {group: np.zeros(len(dataset), dtype=np.int64) for group in dataset.layout.groups}
    for clips, points in portions(dataset):
        for group, where in dataset.layout.slices.items():
            present = in_frames(points[:, where])
            seen[group] += np.bincount(clips[present], minlength=len(dataset))
    return seen


def in_frames(group: NDArray[np.float16]) -> NDArray[np.bool_]:
    """Whether any point of a group [frames, size, 3] has x and y: [frames]."""
    present = np.logical_not(np.isnan(group[:, 0, :2]).any(axis=1))
    unsure = np.flatnonzero(~present)  # nearly always the first point tells
    whole = np.logical_and.reduce(np.isfinite(group[unsure, :, :2]), axis=2)
    present[unsure] = np.logical_or.reduce(whole, axis=1)
    return present

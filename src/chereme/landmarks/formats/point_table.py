"""A table with a row for each point of each frame: `frame, type, landmark_index, x, y, z`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.layout import GROUP_SIZES, HOLISTIC
from chereme.landmarks.sequence import LandmarkSequence

COLUMNS = ("frame", "type", "landmark_index", "x", "y", "z")

MOST_FRAMES = 20_000
"""Eleven minutes at 30 frames a second. A table that compresses well could state billions."""


def from_columns(
    frame: NDArray[np.integer],
    types: Sequence[str | None],
    type_codes: NDArray[np.integer],
    landmark_index: NDArray[np.integer],
    coordinates: Sequence[NDArray[np.floating]],
    where: object,
) -> LandmarkSequence:
    """A Holistic clip from the columns, rows in any order; frame numbers begin anywhere.

    types, type_codes: the names that occur, and for each row the place of its name among them. A point that has no row
    is NaN. Raises `CheremeError` where a point is unknown or comes twice in a frame.
    """
    if unknown := sorted(str(name) for name in types if name not in GROUP_SIZES):
        raise CheremeError(f"{where} has points of type {unknown[0]!r}: known are {', '.join(GROUP_SIZES)}")
    if len(frame) == 0:
        raise CheremeError(f"{where} has no rows, so no frames")
    frames, row = np.unique(frame, return_inverse=True)
    if len(frames) > MOST_FRAMES:
        raise CheremeError(f"{where} has {len(frames):,} frames: a clip has at most {MOST_FRAMES:,}; cut it")
    sizes = np.array([GROUP_SIZES[str(name)] for name in types])
    starts = np.array([HOLISTIC.slices[str(name)].start for name in types])
    if ((landmark_index < 0) | (landmark_index >= sizes[type_codes])).any():
        raise CheremeError(f"{where} has a landmark_index beyond the points of its type")
    point = row.astype(np.int64) * len(HOLISTIC) + starts[type_codes] + landmark_index
    if len(point) > len(frames) * len(HOLISTIC) or np.bincount(point).max() > 1:
        raise CheremeError(f"{where} has the same point twice in one frame")
    points = np.full((len(frames) * len(HOLISTIC), 3), np.nan, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes infinite is refused with the clip
        for axis, values in enumerate(coordinates):
            points[point, axis] = values
    return LandmarkSequence(points.reshape(len(frames), len(HOLISTIC), 3), HOLISTIC)

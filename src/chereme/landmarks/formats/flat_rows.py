"""Frames as flat rows of numbers: which number of a row is which coordinate of which point.

MediaPipe Holistic has no row of its own, so each recorder joined the parts in its own way. The width tells them apart.
A part that was not detected is all zeros in its frame, by the habit of all of them.
"""

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.layout import BODY, GROUP_SIZES, HANDS, HOLISTIC, Layout
from chereme.landmarks.sequence import LandmarkSequence

FORMS: dict[int, tuple[tuple[str, int], ...]] = {
    126: (("left_hand", 3), ("right_hand", 3)),
    258: (("pose", 4), ("left_hand", 3), ("right_hand", 3)),
    1086: (("face", 2), ("left_hand", 2), ("pose", 2), ("right_hand", 2)),
    1662: (("pose", 4), ("face", 3), ("left_hand", 3), ("right_hand", 3)),
}
"""Width of a row → its parts in order, with the numbers a point: x, y, then z, then visibility."""

LAYOUTS = {len(layout): layout for layout in (HANDS, BODY, HOLISTIC)}
"""Points a frame → what they are, for arrays [frames, points, 2 or 3]."""


def from_array(values: NDArray[np.generic], where: object) -> LandmarkSequence:
    """A clip from rows [frames, width] of a known form, or points [frames, 42, 75 or 543, 2 or 3].

    Visibility is dropped. A coordinate that the array has no place for is NaN. `where` names the file in errors.
    """
    if values.dtype.kind not in "fiu":
        raise CheremeError(f"{where} holds {values.dtype}: landmarks are numbers")
    if values.ndim not in (2, 3) or len(values) == 0:
        raise CheremeError(f"{where} holds an array of shape {list(values.shape)}: expected frames × values")
    if values.ndim == 3:
        if values.shape[1] not in LAYOUTS or values.shape[2] not in (2, 3):
            raise CheremeError(f"{where} has points of shape {list(values.shape[1:])}: {_known()}")
        layout = LAYOUTS[values.shape[1]]
        points = _empty(len(values), layout)
        for part in layout.slices.values():
            _fill(points[:, part], values[:, part])
        return LandmarkSequence(points, layout)
    width = values.shape[1]
    if width not in FORMS:
        raise CheremeError(f"{where} has {width} values a frame: {_known()}")
    layout = layout_of(width)
    points, start = _empty(len(values), layout), 0
    for group, each in FORMS[width]:
        end = start + GROUP_SIZES[group] * each
        _fill(points[:, layout.slices[group]], values[:, start:end].reshape(len(values), -1, each))
        start = end
    return LandmarkSequence(points, layout)


def to_rows(clip: LandmarkSequence, width: int) -> NDArray[np.float32]:
    """Rows [frames, width]: a part that was not detected is zeros, a single missing value stays NaN.

    Visibility, which is not stored, is 1 where the part was detected.
    """
    parts = []
    clip = clip.select(layout_of(width))
    for group, each in FORMS[width]:
        part = np.ones((len(clip), GROUP_SIZES[group], each), dtype=np.float32)
        coordinates = min(each, 3)
        part[..., :coordinates] = clip.group(group)[..., :coordinates]
        part[np.isnan(clip.group(group)).all(axis=(1, 2))] = 0.0
        parts.append(part.reshape(len(clip), -1))
    return np.concatenate(parts, axis=1)


def layout_of(width: int) -> Layout:
    held = {group for group, _ in FORMS[width]}
    return Layout(tuple(group for group in GROUP_SIZES if group in held))


def _fill(points: NDArray[np.float32], values: NDArray[np.generic]) -> None:
    coordinates = min(values.shape[2], 3)
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes infinite is refused with the clip
        points[..., :coordinates] = values[..., :coordinates]
    points[(values == 0).all(axis=(1, 2))] = np.nan


def _empty(frames: int, layout: Layout) -> NDArray[np.float32]:
    return np.full((frames, len(layout), 3), np.nan, dtype=np.float32)


def _known() -> str:
    return f"known are {', '.join(map(str, FORMS))} values, or {', '.join(map(str, LAYOUTS))} points × 2 or 3"

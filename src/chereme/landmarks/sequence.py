"""`LandmarkSequence`, the one currency between the parts of Chereme."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.layout import Layout


@dataclass(frozen=True, eq=False)
class LandmarkSequence:
    """A clip as points.

    points: float32 [frames, points, 3]. `x` runs right and `y` down, as fractions of the picture's width and height;
        `z` is MediaPipe's depth, in the scale of `x`, smaller is nearer. Not detected is NaN, never 0.
    layout: which points, in which order; left and right are the signer's own.
    fps: frames per second, None where the source does not say.
    aspect: width / height of the picture, None where the source does not say. Fractions alone bend every angle.
    times: float64 [frames], milliseconds, where frames are not evenly spaced; None means even spacing at `fps`.
    """

    points: NDArray[np.float32]
    layout: Layout
    fps: float | None = None
    aspect: float | None = None
    times: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.points.ndim != 3 or self.points.shape[1:] != (len(self.layout), 3):
            raise CheremeError(
                f"landmarks of shape {list(self.points.shape)} do not fit groups {list(self.layout.groups)}: "
                f"expected [frames, {len(self.layout)}, 3]"
            )
        if np.isinf(self.points).any():
            raise CheremeError("landmarks hold infinite values: mark missing points as NaN")
        if self.times is not None and (self.times.shape != (len(self.points),) or (np.diff(self.times) < 0).any()):
            raise CheremeError("frame times must be one a frame and never run backwards")
        for name, value in (("fps", self.fps), ("aspect", self.aspect)):
            if value is not None and not (np.isfinite(value) and value > 0):
                raise CheremeError(f"{name} is {value}: it must be a positive number, or unknown")

    def __len__(self) -> int:
        return len(self.points)

    @cached_property
    def milliseconds(self) -> NDArray[np.float64]:
        """Time of each frame from the start of the clip, float64 [frames]."""
        if self.times is not None:
            return self.times - self.times[0] if len(self.times) else self.times
        if self.fps is None:
            raise CheremeError("this clip states neither frame times nor fps: set one of them first")
        return np.arange(len(self.points), dtype=np.float64) * (1000.0 / self.fps)

    def group(self, name: str) -> NDArray[np.float32]:
        """The points of one group, a view [frames, size, 3]."""
        return self.points[:, self.layout.slices[name]]

    def present(self, group: str) -> NDArray[np.bool_]:
        """In which frames the group was detected, bool [frames]."""
        missing = np.isnan(self.group(group)[..., :2]).any(axis=-1).all(axis=-1)
        return np.logical_not(missing)

    def select(self, layout: Layout) -> "LandmarkSequence":
        """The same clip in another layout; groups that this one lacks become NaN."""
        points = np.full((len(self), len(layout), 3), np.nan, dtype=np.float32)
        for group, where in layout.slices.items():
            if group in self.layout:
                points[:, where] = self.group(group)
        return replace(self, points=points, layout=layout)

    def mirror(self) -> "LandmarkSequence":
        """The clip as its reflection in a mirror would be extracted: an involution.

        x becomes 1 - x, hands change places, and left/right pose points and face pairs with them.
        """
        points = self.points[:, self.layout.mirror_order].copy()
        points[..., 0] = 1.0 - points[..., 0]
        return replace(self, points=points)

    def resample(self, fps: float) -> "LandmarkSequence":
        """The clip at an even frame rate, by linear interpolation in time; first and last moment are kept.

        A point is interpolated only between two frames that both have it; otherwise the nearer frame decides.
        """
        if len(self) == 0:
            return replace(self, fps=fps, times=None)
        source = self.milliseconds
        count = max(1, round(source[-1] * fps / 1000.0) + 1)
        wanted = np.linspace(0.0, source[-1], count)
        return replace(self, points=interpolate(self.points, source, wanted), fps=fps, times=None)


def interpolate(
    points: NDArray[np.float32], source: NDArray[np.float64], wanted: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Points [frames, points, 3] at times `source` (ms, not decreasing), read at times `wanted` (ms).

    Linear between the two neighbouring frames where both have the point; elsewhere the nearer frame's value, NaN
    included, so a missing hand neither appears nor bleeds into its neighbours. Outside the range the end frame holds.
    """
    after = np.clip(np.searchsorted(source, wanted, side="left"), 0, len(source) - 1)
    before = np.maximum(after - 1, 0)
    before = np.where(source[after] <= wanted, after, before)
    span = source[after] - source[before]
    share = np.where(span > 0, np.clip((wanted - source[before]) / np.where(span > 0, span, 1.0), 0.0, 1.0), 0.0)
    share = share.astype(np.float32)[:, None, None]
    left, right = points[before], points[after]
    mixed = left + (right - left) * share
    nearest = np.where(share < 0.5, left, right)
    return np.where(np.isnan(mixed), nearest, mixed).astype(np.float32)

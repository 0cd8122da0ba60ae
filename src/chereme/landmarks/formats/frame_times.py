"""Times of frames in milliseconds, as tables beside the landmarks give them, and back."""

import numpy as np
from numpy.typing import NDArray

from chereme.errors import CheremeError
from chereme.landmarks.extractor import EVEN_MS
from chereme.landmarks.sequence import LandmarkSequence

Timing = tuple[float | None, NDArray[np.float64] | None]


def from_milliseconds(times: NDArray[np.float64], where: object) -> Timing:
    """fps, the mean rate (None for one frame), and the times where they are not evenly spaced."""
    if not np.isfinite(times).all() or (np.diff(times) <= 0).any():
        raise CheremeError(f"{where} has frame times that do not advance")
    if len(times) < 2:
        return None, None
    step = float(times[-1] - times[0]) / (len(times) - 1)
    even = np.abs(times - times[0] - np.arange(len(times)) * step).max() <= EVEN_MS
    return 1000.0 / step, None if even else times


def to_milliseconds(clip: LandmarkSequence) -> NDArray[np.float64] | None:
    """None where the clip does not know its times."""
    return None if clip.times is None and clip.fps is None else clip.milliseconds

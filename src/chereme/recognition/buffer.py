"""The last moments of a stream, on whatever clock they come, as a clip at the bundle's frame rate."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chereme.landmarks.layout import Layout
from chereme.landmarks.sequence import interpolate
from chereme.recognition.presence import hands_seen

MAX_SOURCE_FPS = 240
"""Denser streams lose their oldest frames first, so that a flood cannot fill the memory."""


@dataclass(frozen=True)
class Clip:
    """What the recogniser is to be asked about.

    points: float32 [frames, points, 3] at the bundle's fps, x multiplied by the aspect, NaN = missing.
    start, end: milliseconds of the first and last frame, on the stream's clock.
    """

    points: NDArray[np.float32]
    start: float
    end: float


@dataclass(frozen=True)
class _Frame:
    ms: float
    points: NDArray[np.float32]
    hand: bool


class FrameBuffer:
    """Time-stamped frames from `seconds` before the last hand on; empty as long as no hand is seen."""

    def __init__(self, layout: Layout, fps: float, aspect: float, seconds: float) -> None:
        self._layout = layout
        self._fps = fps
        self._aspect = aspect
        self._milliseconds = seconds * 1000.0
        self._frames: deque[_Frame] = deque(maxlen=int(seconds * MAX_SOURCE_FPS) + 1)
        self._hand_at = 0.0

    def __len__(self) -> int:
        return len(self._frames)

    def add(self, ms: float, points: NDArray[np.float32]) -> bool:
        """Keep a frame, points float32 [points, 3] as fractions of the picture; whether a hand is seen in it.

        A frame with the time of the one before replaces it.
        """
        hand = bool(hands_seen(points[None], self._layout)[0])
        if hand:
            self._hand_at = ms
        elif not self._frames:
            return False
        scaled = points.copy()
        scaled[:, 0] *= self._aspect
        if self._frames and self._frames[-1].ms == ms:
            self._frames.pop()
        self._frames.append(_Frame(ms, scaled, hand))
        while self._frames[0].ms < self._hand_at - self._milliseconds:
            self._frames.popleft()
        return hand

    def clear(self) -> None:
        self._frames.clear()

    def clip(self) -> Clip | None:
        """From the first to the last frame with a hand, evenly spaced at the bundle's fps; None without a hand."""
        hands = [index for index, frame in enumerate(self._frames) if frame.hand]
        if not hands:
            return None
        frames = list(self._frames)[hands[0] : hands[-1] + 1]
        source = np.array([frame.ms for frame in frames])
        count = round(float(source[-1] - source[0]) * self._fps / 1000.0) + 1
        wanted = np.linspace(source[0], source[-1], count)
        points = interpolate(np.stack([frame.points for frame in frames]), source, wanted)
        return Clip(points, float(source[0]), float(source[-1]))
